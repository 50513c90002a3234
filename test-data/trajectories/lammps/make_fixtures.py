"""Collects LAMMPS output of work/ into fixtures, writes GSD, extended XYZ, broken files and expected.json. /usr/bin/python3."""
import gzip,json,os,shutil,numpy as np
W='work/out/'; F='./'
def op(p): return gzip.open(p,'rt') if p.endswith('.gz') else open(p)
def frames(p):
    f=op(p); out=[]
    while True:
        l=f.readline()
        if not l: return out
        while l.strip() in ('ITEM: UNITS','ITEM: TIME'): f.readline(); l=f.readline()
        assert l.strip()=='ITEM: TIMESTEP',l; step=int(f.readline()); l=f.readline()
        if 'TIME' in l: f.readline(); f.readline()
        n=int(f.readline()); head=f.readline()
        rows=[[float(v) for v in f.readline().split()] for _ in range(3)]
        if 'xy' in head:
            xy,xz,yz=(r[2] for r in rows); 
            lo=[rows[0][0]-min(0,xy,xz,xy+xz),rows[1][0]-min(0,yz),rows[2][0]]; hi=[rows[0][1]-max(0,xy,xz,xy+xz),rows[1][1]-max(0,yz),rows[2][1]]
        else: xy=xz=yz=0.; lo=[r[0] for r in rows]; hi=[r[1] for r in rows]
        cols=f.readline().split()[2:]; a=np.array([[float(v) for v in f.readline().split()] for _ in range(n)])
        out.append((step,np.array(lo),np.array(hi),(xy,xz,yz),cols,a))
def frac(fr,axis):
    step,lo,hi,(xy,xz,yz),cols,a=fr; c=lambda k:a[:,cols.index(k)]
    if 'xs' in cols: return c('xyz'[axis]+'s')
    u='u' if 'xu' in cols else ''
    L=hi-lo; g=lambda k:(c(k+u) if k+u in cols else np.zeros(len(a)))
    z=(g('z')-lo[2])/L[2] if 'z'+u in cols else 0*a[:,0]
    y=(g('y')-lo[1]-yz*z)/L[1] if 'y'+u in cols else 0*a[:,0]
    x=(g('x')-lo[0]-xy*y-xz*z)/L[0]
    return [x,y,z][axis]
def hats(s,M,N):
    s=(s%1.0)*M; e=np.floor(s).astype(int); f=s-e; e%=M
    return ((np.bincount(e,1-f,M)+np.bincount((e+1)%M,f,M))/N).tolist()
M=16; exp={}
def rec(name,axis=0,N=144,key=None):
    fr=frames(F+name); out=[]
    for q in fr:
        d=dict(step=q[0],lo=q[1].tolist(),hi=q[2].tolist(),tilt=list(q[3]),atoms=len(q[5]))
        s=frac(q,axis)
        if 'mol' in q[4] and key=='mol':
            m=q[5][:,q[4].index('mol')].astype(int); d['z']={int(k):hats(s[m==k],M,N) for k in np.unique(m)}
        elif key=='type':
            m=q[5][:,q[4].index('type')].astype(int); d['z']={int(k):hats(s[m==k],M,N) for k in np.unique(m)}
        else: d['z']=hats(s,M,N)
        out.append(d)
    exp.setdefault(name,[]).append(dict(axis='xyz'[axis],elements=M,N=N,split=key,frames=out))
for s in (11,12,13):
    for n in ('custom','unsorted','unwrapped'): shutil.copy(W+f'{n}.{s}.lammpstrj',F); rec(f'{n}.{s}.lammpstrj')
    shutil.copy(W+f'atom.{s}.dump.gz',F); rec(f'atom.{s}.dump.gz')
    shutil.copy(W+f'plain.{s}.xyz',F) if s==11 else 0
    for t in (0,40,200): shutil.copy(W+f'step.{s}.{t}.txt',F); rec(f'step.{s}.{t}.txt')
shutil.copy(W+'velocity.11.lammpstrj',F); rec('velocity.11.lammpstrj')
rec('custom.11.lammpstrj',0,144,'type'); shutil.copy(W+'units-time.11.lammpstrj.gz',F); rec('units-time.11.lammpstrj.gz')
for n in ('triclinic','triclinic-scaled'):
    shutil.copy(W+n+'.21.lammpstrj',F); rec(n+'.21.lammpstrj',0); rec(n+'.21.lammpstrj',1)
shutil.copy(W+'changing-box.77.lammpstrj',F); rec('changing-box.77.lammpstrj')
shutil.copy(W+'lines-mol.lammpstrj',F); rec('lines-mol.lammpstrj',0,40,'mol')
# extended XYZ and GSD of custom.11 (same frames)
fr=frames(F+'custom.11.lammpstrj')
with open(F+'extended.11.xyz','w') as o:
    for step,lo,hi,t,cols,a in fr:
        L=hi-lo; o.write(f'{len(a)}\nLattice="{L[0]:g} 0.0 0.0 0.0 {L[1]:g} 0.0 0.0 0.0 {L[2]:g}" Origin="{lo[0]:g} {lo[1]:g} {lo[2]:g}" Properties=species:S:1:pos:R:3:id:I:1 Time={step*5e-4:g} Timestep={step} pbc="T T T"\n')
        for r in a: o.write(f"{'AB'[int(r[2])-1]} {r[3]} {r[4]} {r[5]} {int(r[0])}\n")
exp['extended.11.xyz']=exp['custom.11.lammpstrj'][:1]
import gsd.hoomd
mode='w'
with gsd.hoomd.open(F+'hoomd.11.gsd','wb') as g:
    for step,lo,hi,t,cols,a in fr:
        s=gsd.hoomd.Snapshot() if hasattr(gsd.hoomd,'Snapshot') else gsd.hoomd.Frame()
        L=hi-lo; s.configuration.step=step; s.configuration.dimensions=2; s.configuration.box=[L[0],L[1],0,0,0,0]
        s.particles.N=len(a); s.particles.types=['A','B']; s.particles.typeid=(a[:,2]-1).astype(np.uint32)
        s.particles.position=np.stack([a[:,3],a[:,4],0*a[:,3]],1).astype(np.float32); s.log={'time':np.array([step*5e-4])}
        g.append(s)
exp['hoomd.11.gsd']=[dict(axis='x',elements=M,N=144,split=None,tolerance=1e-7,frames=[dict(step=q[0],atoms=len(q[5]),z=hats((q[5][:,3].astype(np.float32).astype(float)+12)/24,M,144)) for q in fr])]
# broken files
os.makedirs(F+'broken',exist_ok=True); t=open(F+'custom.11.lammpstrj').read()
open(F+'broken/truncated.lammpstrj','w').write(t[:-700])
L=t.split('\n'); i=[k for k,l in enumerate(L) if l=='ITEM: NUMBER OF ATOMS'][-1]; L2=L[:]; L2[i+1]='59'; del L2[-5]; open(F+'broken/lost-atom.lammpstrj','w').write('\n'.join(L2))
L2=L[:]; r=L2[20].split(); r[3]='-nan'; L2[20]=' '.join(r); open(F+'broken/nan.lammpstrj','w').write('\n'.join(L2))
L2=L[:]; r=L2[20].split(); r[0]=L2[21].split()[0]; L2[20]=' '.join(r); open(F+'broken/duplicate-id.lammpstrj','w').write('\n'.join(L2))
open(F+'broken/no-positions.lammpstrj','w').write('\n'.join((' '.join(l.split()[:3]) if len(l.split())==6 and not l.startswith('ITEM') else l.replace('id mol type x y z','id mol type')) for l in L))
open(F+'broken/other-realization.lammpstrj','w').write(t.replace('\n40\nITEM: NUMBER','\n0\nITEM: NUMBER'))
open(F+'broken/walls.lammpstrj','w').write(t.replace('BOUNDS pp pp pp','BOUNDS ff pp pp'))
json.dump(exp,open(F+'expected.json','w'))
# H5MD of custom.11 (same frames): a group of h5py's, box fixed, ids in the order of the dump
import h5py
with h5py.File(F+'h5md.11.h5','w') as h:
    h.create_group('h5md').attrs['version']=[1,1]
    g=h.create_group('particles/discs'); b=g.create_group('box'); b.attrs['dimension']=3; b.attrs['boundary']=['periodic']*3
    L=fr[0][2]-fr[0][1]; b['edges']=L; at=lambda v:np.array([v(q) for q in fr])
    for name,value in (('position',at(lambda q:q[5][:,3:6]-q[1])),('id',at(lambda q:q[5][:,0].astype(np.int32)))):
        e=g.create_group(name); e['value']=value; e['step']=at(lambda q:q[0]); e['time']=at(lambda q:q[0]*5e-4)

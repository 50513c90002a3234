/**
 * `spiediff_law.py`, which is shipped with exported tables: Python's numpy is all that it needs. It stands
 * here as text so that one bundle holds all of the predictor.
 */
export const PYTHON_MODULE = String
  .raw`"""A law that spiediff has learned: m, f', f'', D with bands, and the 1D law integrated with bands.

    import numpy as np, spiediff_law
    law = spiediff_law.load("exported")
    print(law.diffusivity([0.3, 0.5]).mean)
    run = law.integrate(lambda x: 0.5 + 0.3 * np.cos(2 * np.pi * x), [0, 0.01, 0.05])
    print(run.mean[-1], run.lower[-1], run.upper[-1])

Length = the domain, a ring; time is diffusive; the thermal energy is 1/beta. Needs numpy only.
"""
import json
import os
from collections import namedtuple

import numpy as np

Band = namedtuple("Band", "mean lower upper curve_lower curve_upper level")
Prediction = namedtuple("Prediction", "times x mean lower upper curve_lower curve_upper members")


def band(values, level):
    """Mean, band of each point and band of whole curves over the first axis, the members."""
    values = np.asarray(values, float)
    mean = values.mean(axis=0)
    lower, upper = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=0)
    deviation = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros_like(mean)
    spread = deviation > 1e-12 * np.abs(mean)
    far = np.abs(values - mean) / np.where(spread, deviation, np.inf)
    c = np.quantile(far.reshape(len(values), -1).max(axis=1), level)
    return Band(mean, lower, upper, mean - c * deviation, mean + c * deviation, level)


class Members:
    """The law of every member at densities of any shape: results have the shape [members, ...]."""

    def __init__(self, tables):
        self.density = np.array(tables["density"], float)
        columns = ("mobility", "mobilitySlope", "drivingForce", "curvature")
        self._m, self._dm, self._f, self._df = (np.array(tables[k], float) for k in columns)
        self.count = len(self._m)

    def _cell(self, rho, own):
        rho = np.asarray(rho, float)
        low, high = self.density[0], self.density[-1]
        # Rounding at the ends is no extrapolation.
        room = 1e-9 * (high - low)
        if not (np.all(rho >= low - room) and np.all(rho <= high + room)):
            raise ValueError(
                "densities from %g to %g are asked for, and the tables cover %g to %g; "
                "export with --densities LOW:HIGH:COUNT" % (rho.min(), rho.max(), low, high)
            )
        h = (high - low) / (len(self.density) - 1)
        j = np.clip(((rho - low) / h).astype(int), 0, len(self.density) - 2)
        t = (rho - low) / h - j
        if own:
            index = np.arange(self.count).reshape((-1,) + (1,) * (rho.ndim - 1))
            return lambda a, k: a[index, j + k], t, h
        return lambda a, k: a[:, j + k], t, h

    def _cubic(self, value, slope, rho, own):
        at, t, h = self._cell(rho, own)
        v, a, b = at(value, 0), h * at(slope, 0), h * at(slope, 1)
        rise = at(value, 1) - v
        return v, a, 3 * rise - 2 * a - b, a + b - 2 * rise, t, h

    def mobility(self, rho, own=False):
        """m. With own, the first axis of rho is that of the members: each has its own densities."""
        v, a, q, c, t, _ = self._cubic(self._m, self._dm, rho, own)
        return v + t * (a + t * (q + t * c))

    def driving_force(self, rho, own=False):
        v, a, q, c, t, _ = self._cubic(self._f, self._df, rho, own)
        return v + t * (a + t * (q + t * c))

    def curvature(self, rho, own=False):
        _, a, q, c, t, h = self._cubic(self._f, self._df, rho, own)
        return (a + t * (2 * q + 3 * t * c)) / h

    def diffusivity(self, rho, own=False):
        return self.mobility(rho, own) * self.curvature(rho, own)


class Law:
    """Bands over the members; law.members has the members themselves."""

    def __init__(self, tables):
        if tables.get("format") != "spiediff-law-tables" or tables.get("version") != 2:
            raise ValueError("these are no tables of a spiediff law of version 2")
        self.members = Members(tables)
        self.elements = tables["model"]["system"]["elements"]
        gradient = tables.get("gradientEnergy") or {"kappa": 0.0, "mobilityExponent": 0.0}
        self.beta = tables["model"]["system"]["beta"]
        self.kappa, self.mobility_exponent = gradient["kappa"], gradient["mobilityExponent"]

    def mobility(self, rho, level=0.95):
        return band(self.members.mobility(rho), level)

    def driving_force(self, rho, level=0.95):
        return band(self.members.driving_force(rho), level)

    def curvature(self, rho, level=0.95):
        return band(self.members.curvature(rho), level)

    def diffusivity(self, rho, level=0.95):
        return band(self.members.diffusivity(rho), level)

    def rate(self, rho):
        """d rho / dt of every member on an even grid of a ring, [members, points], spectrally."""
        wave = 2j * np.pi * np.fft.rfftfreq(rho.shape[-1], 1 / rho.shape[-1])
        slope = lambda v: np.fft.irfft(wave * np.fft.rfft(v), rho.shape[-1])
        if self.kappa == 0 and self.mobility_exponent == 0:
            return slope(self.members.diffusivity(rho, own=True) * slope(rho))
        bend = slope(slope(rho))
        mobility = self.members.mobility(rho, own=True) * np.exp(-self.mobility_exponent * bend)
        force = self.members.curvature(rho, own=True) * slope(rho) - self.kappa * slope(bend)
        return slope(mobility * force)

    def integrate(self, profile, times, points=None, level=0.95):
        """d rho / dt = d/dx (m exp(-b rho'') d/dx (f' - kappa rho'')), that is d/dx (D d rho / dx)
        where the model has no gradient energy, of every member from a smooth profile(x), by RK4.

        What comes back are averages over the hat functions of the model's own mesh, as predict's.
        """
        if list(times) != sorted(times) or not times[0] >= 0:
            raise ValueError("times must rise from 0 on")
        # Of a repulsion's gradient energy the shortest waves would grow, which the kernel behind it does not feel.
        finest = int(2 / (np.pi * np.sqrt(-self.beta * self.kappa))) if self.kappa < 0 else 2**31
        points = min(64, finest) if points is None else points
        if points > finest:
            raise ValueError("points must be at most %d, not %d" % (finest, points))
        x = np.arange(points) / points
        start = np.broadcast_to(np.asarray(profile(x), float), x.shape)
        rho = np.repeat(start[None, :], self.members.count, axis=0)
        # RK4 is stable to -2.78 on the real axis; densities stay between those of the start.
        grid, shortest = np.linspace(start.min(), start.max(), 200), (np.pi * points) ** 2
        stiffest = self.members.curvature(grid) + abs(self.kappa) * shortest
        limit = 2.5 / ((self.members.mobility(grid) * stiffest).max() * shortest)
        now, frames = 0.0, []
        for time in times:
            steps = int(np.ceil((time - now) / limit))
            for _ in range(steps):
                dt = (time - now) / steps
                k1 = self.rate(rho)
                k2 = self.rate(rho + dt / 2 * k1)
                k3 = self.rate(rho + dt / 2 * k2)
                rho = rho + dt / 6 * (k1 + 2 * k2 + 2 * k3 + self.rate(rho + dt * k3))
            now = time
            frames.append(self._averages(rho))
        values = np.stack(frames, axis=1)
        bands = [band(values[:, k], level) for k in range(len(times))]
        columns = [np.stack([getattr(b, name) for b in bands]) for name in Band._fields[:5]]
        return Prediction(np.array(times), np.arange(self.elements) / self.elements, *columns, values)

    def _averages(self, rho):
        """Averages over hat functions at the model's nodes: mode k times sinc(k / elements)^2."""
        points = rho.shape[-1]
        modes = np.fft.rfft(rho) / points
        k = np.arange(modes.shape[-1])
        modes = modes * np.sinc(k / self.elements) ** 2 * np.where((k == 0) | (2 * k == points), 1, 2)
        x = np.arange(self.elements) / self.elements
        return (modes @ np.exp(2j * np.pi * np.outer(k, x))).real


def load(path):
    """A law from the folder of an export, or from its law-tables.json."""
    if os.path.isdir(path):
        path = os.path.join(path, "law-tables.json")
    with open(path, encoding="utf-8") as file:
        return Law(json.load(file))
`;

"""Median milliseconds of the default networks' training steps in PyTorch, one thread; JSON."""

import json
import time

import torch

torch.set_num_threads(1)
BATCH, PROFILES, M = 256, 10, 25


def network(inputs):
    layers, width = [], inputs
    for _ in range(3):
        layers += [torch.nn.Linear(width, 64), torch.nn.SiLU()]
        width = 64
    return torch.nn.Sequential(*layers, torch.nn.Linear(width, 1))


def milliseconds(inputs, loss, steps=400):
    net = network(inputs)
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-4, betas=(0.9, 0.99))
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        value = loss(net)
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        value.item()
        times.append(time.perf_counter() - start)
    return 1000 * sorted(times)[steps // 2]


first, second = torch.randn(BATCH, 18), torch.randn(BATCH, 18)
target, weight = torch.randn(BATCH, 1), torch.ones(BATCH, 1)


def mobility(net):
    mean = (torch.nn.functional.softplus(net(first)) + torch.nn.functional.softplus(net(second))) / 2
    return (weight * (mean - target) ** 2).mean()


x2 = torch.randn(PROFILES * M, 18)
operator = 0.1 * torch.randn(PROFILES, M, M)
flux = torch.randn(PROFILES, M, 1)


def free_energy(net):
    x = x2.clone().requires_grad_(True)
    f = net(x)
    force = torch.autograd.grad(f.sum(), x, create_graph=True)[0][:, 0].reshape(PROFILES, M, 1)
    return ((torch.matmul(operator, force) - flux) ** 2).sum()


print(json.dumps({"mobility": milliseconds(18, mobility), "f": milliseconds(18, free_energy), "version": torch.__version__}))

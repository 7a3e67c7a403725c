#!/usr/bin/env python3
"""The model of train_bench.cc in Python's PyTorch, measured in the same way.

    bench/train_bench.py [PAIRS]
"""

import sys
import time

import torch
from torch import nn
from torch.nn import functional

TYPES, LENGTH, BATCH, WIDTH, LAYERS, HEADS, INNER = 1000, 64, 16, 128, 4, 8, 512
STEPS_AT_A_TIME, PRODUCTS_AT_A_TIME, WARM_UP, PRODUCT = 5, 10, 2, 1024


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.project = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        mask = torch.full((LENGTH, LENGTH), float("-inf")).triu(1)
        self.register_buffer("mask", mask)

    def forward(self, x):
        heads = self.project(x).view(BATCH, LENGTH, 3, HEADS, WIDTH // HEADS)
        q, k, v = heads.permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-2, -1) * (WIDTH // HEADS) ** -0.5 + self.mask
        mixed = functional.softmax(scores, dim=-1) @ v
        return self.out(mixed.transpose(1, 2).reshape(BATCH, LENGTH, WIDTH))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm = nn.LayerNorm(WIDTH)
        self.attention = Attention()
        self.feed_forward_norm = nn.LayerNorm(WIDTH)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)

    def forward(self, x):
        x = x + self.attention(self.attention_norm(x))
        return x + self.down(functional.gelu(self.up(self.feed_forward_norm(x))))


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(TYPES, WIDTH)
        self.positions = nn.Parameter(torch.zeros(LENGTH, WIDTH))
        self.layers = nn.Sequential(*[Layer() for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, TYPES)

    def forward(self, tokens):
        x = self.tokens(tokens) + self.positions
        return self.head(self.norm(self.layers(x)))


def seconds(times, work):
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def median(values):
    return sorted(values)[len(values) // 2]


def main():
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    torch.set_num_threads(1)
    torch.manual_seed(1)
    model = Gpt()
    optimizer = torch.optim.AdamW(model.parameters())
    tokens = torch.randint(TYPES, (BATCH, LENGTH))
    targets = torch.randint(TYPES, (BATCH * LENGTH,))
    a, b = torch.randn(PRODUCT, PRODUCT), torch.randn(PRODUCT, PRODUCT)

    def step():
        optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(model(tokens).view(-1, TYPES), targets).backward()
        optimizer.step()

    steps, products = [], []
    for pair in range(-WARM_UP, pairs):
        took = seconds(STEPS_AT_A_TIME, step)
        product = seconds(PRODUCTS_AT_A_TIME, lambda: torch.mm(a, b))
        if pair >= 0:
            steps.append(took)
            products.append(product)
    print(f"PyTorch {torch.__version__} in Python, 1 thread")
    print(f"tokens_per_s {BATCH * LENGTH / median(steps):.0f}")
    print(f"matmul_gflops_per_s {2 * PRODUCT**3 / median(products) / 1e9:.2f}")


if __name__ == "__main__":
    main()

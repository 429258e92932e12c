#!/usr/bin/env python3
"""A step of a checkpoint in PyTorch for every line read: what `diptych-cli bench
--beside` runs in turn with ours.

usage: torch-step.py CHECKPOINT SIZE BATCH [LAYERS]

LAYERS: a file that gets the median seconds of every 3x3 convolution as JSON:
[{"in": 128, "out": 128, "size": 64, "seconds": 0.01}, ...], size being the output's.
"""
import json
import os
import sys
import time

os.environ.setdefault('OMP_NUM_THREADS', str(len(os.sched_getaffinity(0))))
import diffusers
import torch

checkpoint, size, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
layers = {}


def watch(conv):
    def before(module, args):
        module.started = time.perf_counter()

    def after(module, args, output):
        key = (module.in_channels, module.out_channels, output.shape[-1], module.stride[0])
        layers.setdefault(key, []).append(time.perf_counter() - module.started)

    conv.register_forward_pre_hook(before)
    conv.register_forward_hook(after)


torch.set_num_threads(int(os.environ['OMP_NUM_THREADS']))
torch.set_grad_enabled(False)
unet = diffusers.UNet2DModel.from_pretrained(checkpoint, subfolder='unet').eval().float()
for module in unet.modules():
    if len(sys.argv) > 4 and isinstance(module, torch.nn.Conv2d) and module.kernel_size == (3, 3):
        watch(module)
x = torch.randn(batch, unet.config.in_channels, size, size)
print('ready', flush=True)
for _ in sys.stdin:
    unet(x, 500)
    print('done', flush=True)
if len(sys.argv) > 4:
    with open(sys.argv[4], 'w') as file:
        json.dump([{'in': i, 'out': o, 'size': s, 'stride': t,
                    'seconds': sorted(seconds)[len(seconds) // 2]}
                   for (i, o, s, t), seconds in layers.items()], file)

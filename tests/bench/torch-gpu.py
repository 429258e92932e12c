#!/usr/bin/env python3
"""A step of a checkpoint in PyTorch on the GPU for every line read: what `diptych-cli bench
--beside` runs in turn with ours.

usage: torch-gpu.py CHECKPOINT SIZE BATCH fp32|fp16 eager|compiled

Channels last; compiled is torch.compile with CUDA graphs (mode reduce-overhead).  Where
there is no GPU, on the processor in float32, to see that it runs.
"""
import sys

import diffusers
import torch

checkpoint, size, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
has_gpu = torch.cuda.is_available()
device = 'cuda' if has_gpu else 'cpu'
dtype = torch.float16 if sys.argv[4] == 'fp16' and has_gpu else torch.float32

torch.set_grad_enabled(False)
torch.backends.cudnn.benchmark = True
unet = diffusers.UNet2DModel.from_pretrained(checkpoint, subfolder='unet').eval()
unet = unet.to(device, dtype).to(memory_format=torch.channels_last)
step = torch.compile(unet, mode='reduce-overhead') if sys.argv[5] == 'compiled' else unet
x = torch.randn(batch, unet.config.in_channels, size, size, device=device, dtype=dtype)
x = x.contiguous(memory_format=torch.channels_last)
t = torch.tensor(500, device=device)


def run():
    step(x, t)
    if has_gpu:
        torch.cuda.synchronize()


for _ in range(3):
    run()
print('ready', flush=True)
for _ in sys.stdin:
    run()
    print('done', flush=True)

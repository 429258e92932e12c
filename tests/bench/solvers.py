#!/usr/bin/env python3
"""Diptych's samplers against diffusers' own, through a checkpoint, on this machine's CPU.

usage: solvers.py DIPTYCH_CLI CHECKPOINT [--steps 20] [--seeds 42,43] [--only NAME,...]

Runs where torch, diffusers and pillow are installed.  Both sides draw the same pairs from
the same seeds in fp32; each scheduler is made from the checkpoint's configuration, as
from_config() makes it.  Prints, for each, how many 8-bit values differ, and by how much;
ends with 1 if one differs by more than 1.  Not part of ./check: it needs the library.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import diffusers
import numpy as np
import torch
from PIL import Image

NAMES = ('DDPM', 'DDIM', 'DPMSolverMultistep', 'DPMSolverSinglestep', 'EulerDiscrete',
         'EulerAncestralDiscrete', 'HeunDiscrete', 'KDPM2Discrete', 'KDPM2AncestralDiscrete',
         'UniPCMultistep', 'DEISMultistep', 'LMSDiscrete', 'PNDM', 'LCM', 'DDIMInverse')


def sample(network, scheduler, steps, seed):
    """[H, W, 3] of 8 bits, as a pipeline of the library makes it."""
    generator = torch.Generator().manual_seed(seed)
    size = network.config.sample_size
    height, width = (size, size) if isinstance(size, int) else size
    x = torch.randn(1, network.config.in_channels, height, width, generator=generator)
    scheduler.set_timesteps(steps)
    if hasattr(scheduler, 'set_begin_index'):
        scheduler.set_begin_index(0)
    x = x * scheduler.init_noise_sigma
    names = scheduler.step.__code__.co_varnames
    more = {'generator': generator} if 'generator' in names else {}
    with torch.no_grad():
        for t in scheduler.timesteps:
            output = network(scheduler.scale_model_input(x, t), t).sample
            x = scheduler.step(output, t, x, **more).prev_sample
    x = (x / 2 + 0.5).clamp(0, 1)[0].permute(1, 2, 0).numpy()
    return (x * 255).round().astype(np.uint8)


def ask(args, folder, name, seed):
    subprocess.run([args.cli, '--quiet', '--device', 'cpu', '--precision', 'fp32', 'sample',
                    args.checkpoint, '-o', folder, '--scheduler', f'{name}Scheduler',
                    '--steps', str(args.steps), '--seed', str(seed)],
                   check=True, stdout=subprocess.DEVNULL)
    return np.asarray(Image.open(pathlib.Path(folder) / f'pair-{seed}.png').convert('RGB'))


def compare(args, network, name):
    scheduler_class = getattr(diffusers, f'{name}Scheduler')
    config = scheduler_class.load_config(args.checkpoint, subfolder='scheduler')
    differences = []
    for seed in args.seeds:
        theirs = sample(network, scheduler_class.from_config(config), args.steps, seed)
        with tempfile.TemporaryDirectory() as folder:
            ours = ask(args, folder, name, seed)
        differences.append(np.abs(ours.astype(int) - theirs.astype(int)))
    return np.stack(differences)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('cli')
    parser.add_argument('checkpoint')
    parser.add_argument('--steps', type=int, default=20)
    parser.add_argument('--seeds', type=lambda text: [int(s) for s in text.split(',')],
                        default=[42, 43])
    parser.add_argument('--only', type=lambda text: text.split(','), default=NAMES)
    args = parser.parse_args()
    diffusers.utils.logging.set_verbosity_error()
    network = diffusers.UNet2DModel.from_pretrained(args.checkpoint, subfolder='unet')
    network = network.float().eval()

    worst = 0
    print('| scheduler | largest difference | off by 1, of 10,000 |\n|---|---|---|', flush=True)
    for name in args.only:
        d = compare(args, network, name)
        worst = max(worst, d.max())
        print(f'| {name} | {d.max()} | {10000 * (d > 0).mean():.2f} |', flush=True)
    sys.exit(int(worst > 1))


main()

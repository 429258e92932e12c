"""Compare a checkpoint's samples with phantoms, by numbers and on a sheet.

The numbers are those of `diptych-cli` (model/pair/statistics.h): breast mask
= brighter than 0.175 of Otsu's threshold, the largest 4-connected part, holes
filled; its share of the picture, the mean brightness inside it, the mean
|third - |CC - MLO|| inside either view's mask.  Spread is the standard
deviation with n - 1.
"""
import argparse
import glob
import os

import numpy as np
import torch

import pairs as P

COLUMNS = ("area CC", "area MLO", "brightness CC", "brightness MLO", "third residual")


def sample(folder, seeds, steps, batch=8):
    """DDIM from the folder's own scheduler, weights as stored (half), arithmetic in fp32."""
    from diffusers import DDIMScheduler, UNet2DModel

    network = UNet2DModel.from_pretrained(folder, subfolder="unet").float().eval()
    scheduler = DDIMScheduler.from_pretrained(folder, subfolder="scheduler")
    pictures = []
    for start in range(0, len(seeds), batch):
        x = torch.cat([torch.randn(1, 3, P.STORED, P.STORED, generator=torch.Generator().manual_seed(s))
                       for s in seeds[start:start + batch]])
        scheduler.set_timesteps(steps)
        with torch.no_grad():
            for t in scheduler.timesteps:
                x = scheduler.step(network(x, t).sample, t, x).prev_sample
        pictures.append(x)
    x = ((torch.cat(pictures) + 1) / 2).clamp(0, 1) * 255
    return x.round().to(torch.uint8).numpy()


def read_folder(folder):
    from PIL import Image

    names = sorted(glob.glob(os.path.join(folder, "pair-*.png")), key=lambda n: (len(n), n))
    return np.stack([np.asarray(Image.open(n).convert("RGB")).transpose(2, 0, 1) for n in names])


def breast_mask(picture):
    from scipy.ndimage import binary_fill_holes, label

    counts = np.bincount(picture.ravel(), minlength=256).astype(float)
    below, levels = np.cumsum(counts), np.cumsum(counts * np.arange(256))
    above = counts.sum() - below
    with np.errstate(all="ignore"):
        between = below * above * ((levels[-1] - levels) / above - levels / below) ** 2
    threshold = 0.175 * (np.nanargmax(np.where(above > 0, between, -1)) + 0.5)
    parts, n_parts = label(picture > threshold)
    if n_parts == 0:
        return np.zeros(picture.shape, bool)
    return binary_fill_holes(parts == 1 + np.argmax(np.bincount(parts.ravel())[1:]))


def numbers(pictures):
    rows = []
    for pair in pictures:
        cc, mlo = breast_mask(pair[0]), breast_mask(pair[1])
        planes = pair.astype(float) / 255
        off = np.abs(planes[2] - np.abs(planes[0] - planes[1]))
        rows.append((cc.mean(), mlo.mean(), planes[0][cc].mean(), planes[1][mlo].mean(), off[cc | mlo].mean()))
    return np.array(rows)


def sheet(samples, phantoms, path):
    """Samples left, phantoms right: two columns of CC beside MLO on either side."""
    from PIL import Image

    def block(pictures):
        tiles = [np.pad(np.concatenate([p[0], p[1]], 1), 1, constant_values=90) for p in pictures]
        return np.concatenate([np.concatenate(tiles[i:i + 2], 1) for i in range(0, len(tiles) // 2 * 2, 2)])

    left, right = block(samples), block(phantoms)
    gap = np.full((len(left), 12), 255, np.uint8)
    grey = np.concatenate([left, gap, right], 1) & 0xFC     # 64 greys: a smaller file
    Image.fromarray(grey).save(path, optimize=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", required=True, help="phantoms: folder of pair-*.png or a raw .u8 file")
    parser.add_argument("--checkpoint", help="pipeline folder to sample from")
    parser.add_argument("--samples", help="instead: folder of pair-*.png that `diptych-cli sample` wrote")
    parser.add_argument("--count", type=int, default=64, help="samples (%(default)s)")
    parser.add_argument("--phantoms", type=int, default=256, help="phantoms (%(default)s)")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--sheet", help="PNG: 16 samples beside 16 phantoms")
    arguments = parser.parse_args()

    phantoms = np.asarray(P.open_pairs(arguments.pairs)[:arguments.phantoms])
    if arguments.samples:
        samples = read_folder(arguments.samples)[:arguments.count]
    else:
        seeds = range(arguments.first_seed, arguments.first_seed + arguments.count)
        samples = sample(arguments.checkpoint, list(seeds), arguments.steps)
    if arguments.sheet:
        sheet(samples[:16], phantoms[:16], arguments.sheet)
    ours, theirs = numbers(samples), numbers(phantoms)
    print(f"| | {len(samples)} samples | {len(phantoms)} phantoms |\n|---|---|---|")
    for i, name in enumerate(COLUMNS):
        print(f"| {name} | {ours[:, i].mean():.4f} ± {ours[:, i].std(ddof=1):.4f} "
              f"| {theirs[:, i].mean():.4f} ± {theirs[:, i].std(ddof=1):.4f} |")


if __name__ == "__main__":
    main()

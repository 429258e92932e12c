"""Pairs as training pictures, and the network and scheduler of the demo checkpoint.

A pair is three 8-bit planes: CC, MLO and the third channel.  Training reads
CC and MLO only and makes the third channel from them, |CC - MLO| on [0, 1],
so that it is exact at every size.
"""
import glob
import os

import numpy as np
import torch

STORED = 128  # side of the stored pictures, in pixels


def open_pairs(path):
    """Return [N, 3, 128, 128] uint8, mapped read-only.

    path: a folder of pair-SEED.png (as `diptych-cli phantom` writes them), or
    one raw .u8 file of N x 3 x 128 x 128 bytes in C order.  A folder is read
    once and cached beside its pictures as pairs.u8.
    """
    if os.path.isdir(path):
        cache = os.path.join(path, "pairs.u8")
        if not os.path.exists(cache):
            cache_folder(path, cache)
        path = cache
    n_bytes = os.path.getsize(path)
    pair_bytes = 3 * STORED * STORED
    if n_bytes == 0 or n_bytes % pair_bytes:
        raise SystemExit(f"{path}: {n_bytes} bytes are no whole number of pairs of {pair_bytes}")
    return np.memmap(path, np.uint8, "r", shape=(n_bytes // pair_bytes, 3, STORED, STORED))


def cache_folder(folder, cache):
    from PIL import Image

    names = sorted(glob.glob(os.path.join(folder, "pair-*.png")))
    if not names:
        raise SystemExit(f"{folder}: no pair-*.png in it")
    with open(cache + ".part", "wb") as out:
        for name in names:
            picture = np.asarray(Image.open(name).convert("RGB"))
            if picture.shape != (STORED, STORED, 3):
                raise SystemExit(f"{name}: {picture.shape[1]}x{picture.shape[0]}, wanted {STORED}x{STORED}")
            out.write(np.ascontiguousarray(picture.transpose(2, 0, 1)).tobytes())
    os.replace(cache + ".part", cache)


def batch(pairs, indices, size):
    """Return [len(indices), 3, size, size] float32 in [-1, 1]; smaller sizes by area average."""
    views = torch.from_numpy(np.ascontiguousarray(pairs[indices, :2])).float() / 255
    if size != STORED:
        views = torch.nn.functional.avg_pool2d(views, STORED // size)
    third = (views[:, :1] - views[:, 1:]).abs()
    return torch.cat([views, third], 1) * 2 - 1


def make_network():
    """3.26 M parameters, 1.23 GMAC a step at 128x128; attention at 16x16 alone."""
    from diffusers import UNet2DModel

    return UNet2DModel(
        sample_size=STORED, in_channels=3, out_channels=3, layers_per_block=1,
        block_out_channels=(16, 16, 48, 96, 128),
        down_block_types=("DownBlock2D",) * 3 + ("AttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "AttnUpBlock2D") + ("UpBlock2D",) * 3,
        attention_head_dim=None, downsample_padding=0, norm_num_groups=4,
        norm_eps=1e-6, flip_sin_to_cos=False, freq_shift=1)


def load_network(checkpoint):
    """The network of a pipeline folder in float32, to go on from; it must be of make_network()'s shape."""
    from diffusers import UNet2DModel

    network = UNet2DModel.from_pretrained(checkpoint, subfolder="unet", torch_dtype=torch.float32)
    wanted = make_network()
    if {k: v.shape for k, v in network.state_dict().items()} != {k: v.shape for k, v in wanted.state_dict().items()}:
        raise SystemExit(f"{checkpoint}: not a network of this recipe's shape")
    return network


def make_scheduler():
    """The schedule of training, shipped as the checkpoint's sampler.

    Rescaled to zero terminal SNR, with trailing timesteps: sampling starts
    from pure noise, as training did at the last timestep; otherwise mostly
    black pictures come out grey (Lin et al. 2023, "Common Diffusion Noise
    Schedules and Sample Steps are Flawed").
    """
    from diffusers import DDIMScheduler

    return DDIMScheduler(
        num_train_timesteps=1000, beta_schedule="linear", beta_start=1e-4, beta_end=0.02,
        prediction_type="v_prediction", rescale_betas_zero_snr=True,
        timestep_spacing="trailing", set_alpha_to_one=True, clip_sample=True,
        clip_sample_range=1.0)

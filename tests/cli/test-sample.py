#!/usr/bin/env python3
"""Whole pictures: `diptych-cli sample` against DDPMPipeline and DDIMPipeline.

Limits are those of the goldens' README: 2e-4 on the picture before rounding,
2e-4 on x_t, and in 8 bits at most 0.5 % of the values off by 1.
"""
import json
import pathlib

from common import (DATA, Tap, check_close, folder, max_difference, read_png,
                    read_safetensors, run, write_safetensors)


def check_pixels(found, wanted):
    off = sum(1 for a, b in zip(found, wanted) if a != b)
    assert len(found) == len(wanted)
    assert max_difference(found, wanted) <= 1, 'a value is off by more than 1'
    assert off <= 0.005 * len(wanted), f'{off} of {len(wanted)} values are off by 1'


def check_image(out, seed, case, number):
    width, height, channels, found, texts = read_png(f'{out}/pair-{seed}.png')
    wanted = read_png(case / f'image{number}.png')
    assert (width, height, channels) == wanted[:3]
    check_pixels(found, wanted[3])
    settings = json.loads(texts['diptych'])
    assert settings['seed'] == seed and settings['synthetic'] is True
    assert 'trainedAlgorithmicMedia' in texts['XML:com.adobe.xmp']


def check_trajectory(path, golden):
    film = read_safetensors(path)
    assert list(film['timesteps'][1]) == list(golden['timesteps'][1])
    n = len(golden['initial_noise'][1])
    for name, (_, wanted) in golden.items():
        key = 'x_t' if name.startswith('x_after_step_') else 'pred_x0'
        if not name.startswith(('x_after_step_', 'pred_x0_at_step_')):
            continue
        step = int(name.rsplit('_', 1)[1])
        check_close(name, film[key][1][step * n:(step + 1) * n], wanted, 2e-4)


def sample(case, meta, out, *options):
    scheduler = {'DDPMScheduler': 'ddpm', 'DDIMScheduler': 'DDIMScheduler'}[meta['scheduler']]
    args = ['--precision', 'fp32', 'sample', DATA / meta['pipeline'], '-o', out, '--scheduler', scheduler,
            '--steps', meta['num_inference_steps'], '--format', 'png,safetensors',
            '--count', meta['batch_size'], *options]
    if meta['eta']:
        args += ['--eta', meta['eta']]
    run(*args)


def check_finals(out, seed, case, meta, golden):
    shape, wanted = golden['final']
    n = len(wanted) // shape[0]
    for i in range(shape[0]):
        found = read_safetensors(f'{out}/pair-{seed + i}.safetensors')['sample']
        assert found[0] == shape[1:]
        check_close(f'image {i}', found[1], wanted[i * n:(i + 1) * n], 2e-4)
        check_image(out, seed + i, case, i)


def from_seed(case, meta, golden):
    """The generator makes diffusers' noise; a batch of 1 is as good as another."""
    with folder() as out:
        seed = (meta['one_generator_per_image_seeds'] or [meta['seed']])[0]
        sample(case, meta, out, '--seed', seed, '--trajectory', f'{out}/film')
        check_finals(out, seed, case, meta, golden)
        check_trajectory(f'{out}/film', golden)


def from_noise(case, meta, golden):
    """The stored noise replaces the generator."""
    with folder() as out:
        sample(case, meta, out, '--noise', case / 'goldens.safetensors', '--seed', 7)
        check_finals(out, 7, case, meta, golden)


def is_consecutive(seeds):
    return seeds is None or list(seeds) == list(range(seeds[0], seeds[0] + len(seeds)))


def main():
    tap = Tap()
    for case in sorted((DATA / 'sampling').iterdir()):
        meta = json.loads((case / 'case.json').read_text())
        golden = read_safetensors(case / 'goldens.safetensors')
        # One generator for a whole batch is diffusers' other way of drawing; ours is
        # one for each image, so that case can only be replayed from its noise.
        one_for_all = meta['batch_size'] > 1 and not meta['one_generator_per_image_seeds']
        rounded = meta['noise'].find('exactly what') < 0
        if not one_for_all and not rounded and is_consecutive(
                meta['one_generator_per_image_seeds']):
            tap.test(f'/sample/{case.name}/seed', from_seed, case, meta, golden)
        if meta['noise_stored']:
            tap.test(f'/sample/{case.name}/noise', from_noise, case, meta, golden)
    tap.done()


main()

#!/usr/bin/env python3
"""The full-size networks, up to google/ddpm-celebahq-256 (113.7 M parameters) at
256x256: one evaluation on the device against diffusers, a batch of 2, and the
planned memory that `info` reports, kept.

Their weights are made by a formula (make-procedural), checked by SHA-256.
"""
import json
import subprocess
import sys

from common import (DATA, Tap, check_close, folder, read_safetensors, rms, run,
                    write_safetensors)

MAKE = sys.argv[1]

def forward(model, source, out, *options):
    run('--precision', 'fp32', 'forward', model, '--input', source, '--output', out, '--quiet', *options,
        timeout=1500)
    return read_safetensors(out)


def check_golden(case, model, golden):
    wanted = read_safetensors(case / golden['file'])
    found = forward(model, f'{model}/{golden["file"]}', f'{model}/out.safetensors')['output']
    assert found[0] == golden['sample_shape']
    if 'output' in wanted:
        values, reference = found[1], wanted['output'][1]
    else:
        values, reference = every_fourth(found), wanted['output_every_4th_row_and_column'][1]
        check_means(found, golden['output_mean_per_channel_float64'])
    worst = check_close(golden['file'], values, reference, 5e-5 * rms(reference))
    print(f'# {case.name} {golden["file"]}: {worst / rms(reference):.2e} of rms')


def every_fourth(tensor):
    (batch, channels, height, width), values = tensor
    return [values[(plane * height + y) * width + x] for plane in range(batch * channels)
            for y in range(0, height, 4) for x in range(0, width, 4)]


def check_means(tensor, wanted):
    (batch, channels, height, width), values = tensor
    n = height * width
    for c in range(channels):
        mean = sum(values[c * n:(c + 1) * n]) / n
        assert abs(mean - wanted[c]) < 1e-5, f'channel {c}: mean {mean}, wanted {wanted[c]}'


def check_batch(model):
    """Two images side by side, each the same to the last bit as alone."""
    one = read_safetensors(f'{model}/goldens_64x64.safetensors')
    sample = one['sample'][1]
    both = type(sample)('f', list(sample) + [-v for v in sample])
    write_safetensors(f'{model}/two', {
        'sample': ([2, 3, 64, 64], both),
        'timesteps': ([2], type(sample)('q', [one['timesteps'][1][0], 13]))})
    alone = forward(model, f'{model}/goldens_64x64.safetensors', f'{model}/out')['output'][1]
    found = forward(model, f'{model}/two', f'{model}/out')['output'][1]
    assert found[:len(alone)] == alone, 'an image depends on the batch it is in'
    assert found[len(alone):] != alone


def check_memory(model):
    """bench keeps to the plan that info reports, within 1.5 times.  Where the device's
    memory is the process's, weights are in it once: beside the plan, what it filled itself
    stays under half of them (the driver's compiled kernels are a quarter), and so do the
    pages of files.  Both are read at rest, so that neither depends on other work on the
    machine, as the most does, to which the file's read pages count."""
    info = json.loads(run('--json', 'info', model)[0])
    assert info['parameters'] == 113673219
    assert abs(info['macs_per_step'] / 248.5e9 - 1) < 0.01, info['macs_per_step']
    planned = info['memory']['planned']
    bench = json.loads(run('--json', '--quiet', 'bench', model, '--repeats', 1,
                           timeout=1500)[0])
    memory = bench['memory']
    print(f'# planned {planned / 1e6:.0f} MB, allocated {memory["allocated"] / 1e6:.0f} MB, '
          f'{bench["step"]["median"]:.1f} s a step, '
          f'{bench["step"]["gflops_per_second"]:.1f} GFLOP/s')
    assert memory['planned'] == planned, f'{memory["planned"]} planned, info said {planned}'
    assert memory['allocated'] <= 1.5 * planned
    process = memory['process']
    own = process['own'] - process['own_start'] - planned
    files = process['files'] - process['files_start']
    print(f'# process {process["most"] / 1e6:.0f} MB at most, of which '
          f'{process["start"] / 1e6:.0f} MB before the network; the rest is '
          f'{process.get("of_plan", 0):.3f} of the plan; at rest {own / 1e6:.0f} MB beside the '
          f'plan and {files / 1e6:.0f} MB of files')
    if 'of_plan' in process:
        assert own <= 0.5 * memory['weights'], process
        assert files <= 0.5 * memory['weights'], process


def main():
    tap = Tap()
    for case in sorted((DATA / 'procedural').iterdir()):
        with folder() as model:
            subprocess.run([MAKE, case, model], check=True, stdout=subprocess.DEVNULL)
            meta = json.loads((case / 'case.json').read_text())
            for golden in meta['goldens']:
                name = golden['file'][len('goldens_'):-len('.safetensors')]
                tap.test(f'/procedural/{case.name}/{name}', check_golden, case, model, golden)
            if case.name.startswith('p2'):
                tap.test(f'/procedural/{case.name}/batch', check_batch, model)
                tap.test(f'/procedural/{case.name}/memory', check_memory, model)
    tap.done()


main()

#!/usr/bin/env python3
"""Every UNet golden through `diptych-cli forward`, intermediates included.

Limits are those of the goldens' README: 5e-5 of the output's rms on a device
with float32 arithmetic, 2e-5 for the C reference; activations 5e-5 of theirs.
"""
import json
import sys

from common import DATA, Tap, check_close, folder, read_safetensors, rms, run


def check(case, golden, is_reference):
    wanted = read_safetensors(golden)
    names = sorted(n[4:] for n in wanted if n.startswith('act.'))
    with folder() as out:
        args = ['--precision', 'fp32', 'forward', case / 'pipeline', '--input', golden, '--output', f'{out}/out']
        if names:
            args += ['--record', ','.join(names)]
        if is_reference:
            args.append('--reference')
        run(*args)
        found = read_safetensors(f'{out}/out')
    assert found['output'][0] == wanted['output'][0], found['output'][0]
    limit = 2e-5 if is_reference else 5e-5
    check_close('output', found['output'][1], wanted['output'][1],
                limit * rms(wanted['output'][1]))
    for name in names:
        shape, values = wanted['act.' + name]
        assert found['act.' + name][0] == shape, f'{name}: {found["act." + name][0]}'
        check_close(name, found['act.' + name][1], values, 5e-5 * rms(values))
    if not names:
        return
    # What is recorded must not change what is computed: the fused graph too.
    with folder() as out:
        run('--precision', 'fp32', 'forward', case / 'pipeline', '--input', golden, '--output', f'{out}/out',
            *(['--reference'] if is_reference else []))
        found = read_safetensors(f'{out}/out')
    check_close('output, fused', found['output'][1], wanted['output'][1],
                limit * rms(wanted['output'][1]))


def main():
    tap = Tap()
    is_reference = '--reference' in sys.argv
    for case in sorted((DATA / 'unet').iterdir()):
        kind = json.loads((case / 'case.json').read_text())['kind']
        for golden in sorted(case.glob('goldens_*.safetensors')):
            tag = golden.stem[len('goldens_'):]
            tap.test(f'/forward/{kind}/{case.name}/{tag}', check, case, golden, is_reference)
    tap.done()


main()

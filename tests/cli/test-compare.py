#!/usr/bin/env python3
"""compare: the grid, the curves and the numbers; stopped at any time and gone on with; one
clear line where it cannot be meant."""
import csv
import json
import math
import pathlib
import random
import shutil
import signal
import subprocess
import time

from common import CLI, DATA, Tap, folder, read_png, read_safetensors, refuse, run

MODEL = DATA / 'unet' / 'c3_butterflies_mini' / 'pipeline'
ARGS = ['compare', str(MODEL), '--seeds', '3,0-1', '--settings', 'ddim:2,4,eta=0.5',
        '--settings', 'dpmsolver:4,solver_order=3', '--settings', 'heun:3,precision=fp32',
        '--reference', '12', '--cell', '48']
SETTINGS = [('ddim, eta=0.5', 2, 2), ('ddim, eta=0.5', 4, 4),
            ('dpmsolver, solver_order=3', 4, 4), ('heun, precision=fp32', 3, 5)]
SEEDS = [3, 0, 1]
PICTURES = ('grid.png', 'curves.png', 'curves.svg', 'curves.csv')


def values(path):
    """CC and MLO as they are shown, 0 to 255, not rounded."""
    shape, sample = read_safetensors(path)['sample']
    n = shape[1] * shape[2]
    return [255 * min(max(v / 2 + 0.5, 0), 1) for v in sample[:2 * n]]


def find_rmse(a, b):
    return math.sqrt(sum((x - y) ** 2 for x, y in zip(a, b)) / len(a))


def list_files(out):
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(pathlib.Path(out).rglob('*'))
            if p.is_file() and p.name not in ('manifest.jsonl', 'compare.json')}


def numbers(out):
    made = json.loads((pathlib.Path(out) / 'compare.json').read_text())
    assert made['synthetic'] is True
    assert made['seeds'] == SEEDS
    found = [(s['name'], s['steps'], None) for s in made['settings']]
    assert [f[:2] for f in found] == [s[:2] for s in SETTINGS], found
    assert made['settings'][0]['eta'] == 0.5 and made['settings'][3]['precision'] == 'fp32'
    assert made['settings'][2]['scheduler_config']['solver_order'] == 3
    assert made['reference']['steps'] == 12 and made['reference']['scheduler'] == 'DDIMScheduler'
    assert len(made['cells']) == len(SEEDS) * len(SETTINGS)
    for cell in made['cells']:
        assert cell['seconds'] > 0 and 'iou' in cell['figures'] and cell['is_made']
        assert {f['name'] for f in cell['files']} == {f'pair-{cell["seed"]}.png',
                                                      f'pair-{cell["seed"]}.safetensors'}


def distances(out):
    """As worked out here, from the files."""
    out = pathlib.Path(out)
    made = json.loads((out / 'compare.json').read_text())
    for cell in made['cells']:
        name = f'pair-{cell["seed"]}.safetensors'
        a = values(out / made['settings'][cell['setting']]['folder'] / name)
        b = values(out / made['reference']['folder'] / name)
        wanted = find_rmse(a, b)
        assert wanted > 0.01
        assert abs(cell['rmse'] - wanted) < 1e-4 * wanted, (cell['rmse'], wanted)
        assert -1 <= cell['ssim'] < 1


def curves(out):
    rows = list(csv.DictReader((pathlib.Path(out) / 'curves.csv').open()))
    made = json.loads((pathlib.Path(out) / 'compare.json').read_text())
    assert [(r['curve'], int(r['steps']), int(r['evaluations'])) for r in rows] == SETTINGS
    assert [c['name'] for c in made['curves']] == sorted({s[0] for s in SETTINGS})
    for index, row in enumerate(rows):
        cells = [c['rmse'] for c in made['cells'] if c['setting'] == index]
        assert len(cells) == 3
        for key, wanted in (('mean', sum(cells) / 3), ('min', min(cells)), ('max', max(cells))):
            assert abs(float(row[f'rmse_{key}']) - wanted) < 1e-6 * wanted
    svg = (pathlib.Path(out) / 'curves.svg').read_text()
    assert svg.startswith('<?xml') and svg.rstrip().endswith('</svg>')


def pictures(out):
    for name in ('grid.png', 'curves.png'):
        width, height, channels, pixels, texts = read_png(pathlib.Path(out) / name)
        assert channels == 3 and width > 300 and height > 200
        said = json.loads(texts['diptych'])
        assert said['picture'] == name[:-4] and said['synthetic'] is True
        assert said['seeds'] == SEEDS and len(said['settings']) == 4
        assert 'trainedAlgorithmicMedia' in texts['XML:com.adobe.xmp']
        orange = sum(pixels[i] == 204 and pixels[i + 1] == 92 and pixels[i + 2] == 0
                     for i in range(0, len(pixels), 3))
        assert orange > 300, f'{name}: no SYNTHETIC mark'


def same_as_sample(out):
    """A column is what `sample` makes of these settings."""
    made = json.loads((pathlib.Path(out) / 'compare.json').read_text())
    with folder() as other:
        run('sample', MODEL, '-o', other, '--scheduler', 'ddim', '--steps', 4, '--eta', 0.5,
            '--count', 2, '--seed', 0)
        for seed in (0, 1):
            name = f'pair-{seed}.png'
            column = pathlib.Path(out) / made['settings'][1]['folder']
            assert (column / name).read_bytes() == (pathlib.Path(other) / name).read_bytes()


def again(out, wanted):
    """With everything there nothing is made, and it says the same."""
    before = {p: p.stat().st_mtime_ns for p in pathlib.Path(out).rglob('pair-*')}
    _, err = run(*ARGS, '-o', out)
    assert '15 of 15 pairs were there already' in err, err
    assert before == {p: p.stat().st_mtime_ns for p in pathlib.Path(out).rglob('pair-*')}
    assert list_files(out) == wanted


def batches(wanted):
    with folder() as out:
        run(*ARGS, '-o', out, '--batch', 3)
        found = list_files(out)
        assert found == wanted, [n for n in wanted if found.get(n) != wanted[n]]


def damaged(out, wanted):
    """Pairs that were damaged or lost since are made again, and the reference too."""
    with folder() as copy:
        copy = pathlib.Path(copy) / 'c'
        shutil.copytree(out, copy)
        reference = next(copy.glob('reference-*'))
        path = reference / 'pair-0.safetensors'
        path.write_bytes(path.read_bytes()[:-5])
        next(copy.glob('heun-3-*/pair-1.png')).unlink()
        _, err = run(*ARGS, '-o', copy)
        assert '13 of 15 pairs' in err, err
        assert list_files(copy) == wanted


def other_reference(out):
    """Another reference is another folder; the columns are taken as they are."""
    with folder() as copy:
        copy = pathlib.Path(copy) / 'c'
        shutil.copytree(out, copy)
        _, err = run(*ARGS, '-o', copy, '--reference', 14)
        assert '12 of 15 pairs' in err, err
        assert len(list(copy.glob('reference-*'))) == 2


def stop(wanted, seconds, number):
    """Ctrl+C or kill -9 somewhere: whole files only, and it goes on to the same end."""
    with folder() as out:
        out = pathlib.Path(out) / 'c'
        process = subprocess.Popen([CLI, *ARGS, '-o', out, '--quiet'],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(0.2 + random.random() * 0.8 * seconds)
        process.send_signal(number)
        process.communicate(timeout=60)
        for name, data in (list_files(out) if out.exists() else {}).items():
            if name in wanted:
                assert data == wanted[name], f'{name} is torn'
        run(*ARGS, '-o', out)
        found = list_files(out)
        assert {n: d for n, d in found.items() if n in wanted} == wanted


def one_view():
    """A network of one channel, without a reference."""
    model = DATA / 'unet' / 'x_grayscale_1ch' / 'pipeline'
    with folder() as out:
        printed, _ = run('--json', 'compare', model, '-o', out, '--settings', 'ddim:2',
                         '--reference', 'none', '--cell', 32)
        made = json.loads(printed)
        assert 'reference' not in made and made['cells'][0]['rmse'] is None
        assert made['seeds'] == [42]
        assert (pathlib.Path(out) / 'grid.png').exists()
        assert not (pathlib.Path(out) / 'curves.png').exists()


OK = ['compare', MODEL, '-o', 'x', '--settings', 'ddim:2']
USAGE = {
    'no-folder': (['compare', MODEL, '--settings', 'ddim:2'], '-o DIR'),
    'no-settings': (['compare', MODEL, '-o', 'x'], 'nothing to compare'),
    'empty-settings': (['compare', MODEL, '-o', 'x', '--settings', ''], 'NAME:STEPS'),
    'no-seeds': ([*OK, '--seeds', ''], '--seeds'),
    'bad-seeds': ([*OK, '--seeds', '4-1'], '4-1'),
    'seed-twice': ([*OK, '--seeds', '1,1'], 'twice'),
    'unknown-solver': ([*OK, '--settings', 'magic:4'], '"magic"'),
    'setting-twice': ([*OK, '--settings', 'ddim:2'], 'twice'),
    'no-steps': ([*OK, '--settings', 'euler:eta=0.3'], 'number of steps'),
    'precision': ([*OK, '--settings', 'ddim:3,precision=int4'], 'int4'),
    'too-many': ([*OK, '--seeds', '0-999', '--settings', 'ddim:3,4'], '3000 cells'),
    'too-large': ([*OK, '--seeds', '0-99', '--cell', 4096], '--cell'),
    'reference': ([*OK, '--reference', '0'], '--reference'),
    'views': ([*OK, '--views', 'cc,back'], 'back'),
    'cell': ([*OK, '--cell', 3], '--cell'),
    'batch': ([*OK, '--batch', 0], '--batch'),
    'lms-order': ([*OK, '--settings', 'lms:4,lms_order=2.5'], ('lms_order', '2.5')),
    'churn-nan': ([*OK, '--settings', 'euler:4,churn_noise=nan'], 'churn_noise'),
    'label': ([*OK, '--class-label', 3], '--class-label'),
}
REFUSED = {
    'eta-of-another': (['--settings', 'unipc:4,eta=0.5'], ('unipc, eta=0.5', 'no eta')),
    'order-of-another': (['--settings', 'unipc:4,lms_order=2'], 'no lms_order'),
    'churn-negative': (['--settings', 'euler:4,churn=3,churn_min=-1'], 'churn_min'),
    'unknown-key': (['--settings', 'ddim:4,solver_order=2'], 'solver_order'),
    'contradiction': (['--settings', 'dpmsolver:4,use_karras_sigmas=true,'
                       'use_exponential_sigmas=true'], 'use_exponential_sigmas'),
    'too-many-steps': (['--settings', 'ddim:1001'], '1001 steps'),
    'reference-too-long': (['--reference', '1001'], ('--reference', '1001 steps')),
}


def refuses(args, says, code):
    with folder() as here:
        refuse(*args, code=code, says=says, cwd=here)
        assert not list(pathlib.Path(here).iterdir()), 'something was written'


def unwritable():
    with folder() as here:
        blocked = pathlib.Path(here) / 'file'
        blocked.write_text('in the way')
        refuse('compare', MODEL, '-o', blocked / 'c', '--settings', 'ddim:2', says='file')
        blocked_column = pathlib.Path(here) / 'c'
        run(*ARGS[:2], '-o', blocked_column, '--settings', 'ddim:2', '--reference', 'none')
        column = next(blocked_column.glob('ddim-2-*'))
        shutil.rmtree(column)
        column.write_text('in the way')
        refuse(*ARGS[:2], '-o', blocked_column, '--settings', 'ddim:2', '--reference', 'none',
               says=column.name)


def main():
    tap = Tap()
    seed = random.SystemRandom().randrange(1 << 32)
    random.seed(seed)
    print(f'# random seed {seed}')
    with folder() as out:
        out = f'{out}/c'
        started = time.monotonic()
        run(*ARGS, '-o', out)
        seconds = time.monotonic() - started
        wanted = list_files(out)
        assert set(PICTURES) < set(wanted)
        for test in (numbers, distances, curves, pictures, same_as_sample):
            tap.test(f'/compare/{test.__name__}', test, out)
        tap.test('/compare/again', again, out, wanted)
        tap.test('/compare/damaged', damaged, out, wanted)
        tap.test('/compare/other-reference', other_reference, out)
    tap.test('/compare/batches', batches, wanted)
    for number in (signal.SIGINT, signal.SIGKILL):
        tap.test(f'/compare/stopped/{number.name}', stop, wanted, seconds, number)
    tap.test('/compare/one-view', one_view)
    for name, (args, says) in USAGE.items():
        tap.test(f'/compare/usage/{name}', refuses, args, says, 2)
    for name, (args, says) in REFUSED.items():
        tap.test(f'/compare/refused/{name}', refuses, [*OK, *args], says, 1)
    tap.test('/compare/unwritable', unwritable)
    tap.done()


main()

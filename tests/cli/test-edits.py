#!/usr/bin/env python3
"""sample --fork, --from, --known, --mask, --interpolate: what they promise, and one clear
line where they cannot be meant."""
import array
import json
import pathlib
import struct
import zlib

from common import DATA, Tap, folder, read_png, read_safetensors, refuse, run, write_safetensors

MODEL = DATA / 'unet' / 'c3_butterflies_mini' / 'pipeline'
OTHER = DATA / 'unet' / 'c1_celebahq_mini' / 'pipeline'
STEPS = 8
SOLVERS = {'ddim': ['--eta', '0.5'], 'ddpm': [], 'dpmsolver': [], 'heun': [],
           'euler': ['--churn', '4', '--churn-min', '0.2', '--churn-max', '40',
                     '--churn-noise', '1.01'],
           'lms': ['--lms-order', '2']}


def write_png(path, width, height, pixels):
    """@pixels: one byte a pixel (grey) or three (RGB)."""
    channels = len(pixels) // (width * height)
    stride = width * channels
    rows = b''.join(b'\0' + bytes(pixels[y * stride:(y + 1) * stride]) for y in range(height))

    def chunk(kind, body):
        return struct.pack('>I', len(body)) + kind + body + \
            struct.pack('>I', zlib.crc32(kind + body))

    header = struct.pack('>IIBBBBB', width, height, 8, 2 if channels == 3 else 0, 0, 0, 0)
    pathlib.Path(path).write_bytes(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) +
                                   chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def sample(out, *args, model=MODEL):
    return run('--quiet', 'sample', model, '-o', out, '--format', 'png,safetensors', *args)


def values(path):
    return read_safetensors(path)['sample'][1]


def lines(out):
    text = (pathlib.Path(out) / 'manifest.jsonl').read_text()
    return [json.loads(line) for line in text.splitlines()]


class Scene:
    """A pair, films of it, masks: made once."""

    def __init__(self, where):
        self.where = pathlib.Path(where)
        self.film = self.where / 'film.safetensors'
        self.thin = self.where / 'thin.safetensors'
        sample(self.where / 'first', '--scheduler', 'ddpm', '--steps', STEPS, '--count', 2,
               '--trajectory', self.film)
        sample(self.where / 'thin', '--scheduler', 'ddpm', '--steps', STEPS,
               '--trajectory', self.thin, '--every', 3)
        self.pair = self.where / 'first' / 'pair-42.png'
        self.exact = self.where / 'first' / 'pair-42.safetensors'
        self.width, self.height, _, self.pixels, _ = read_png(self.pair)
        n = self.width * self.height
        # The left half is open.
        self.open = [x < self.width // 2 for _ in range(self.height)
                     for x in range(self.width)]
        self.mask = self.where / 'mask.png'
        write_png(self.mask, self.width, self.height, [255 * o for o in self.open])
        self.mlo_mask = self.where / 'mlo-mask.png'
        write_png(self.mlo_mask, self.width, self.height,
                  [b for o in self.open for b in (0, 255 * o, 0)])
        self.black = self.where / 'black.png'
        write_png(self.black, self.width, self.height, [0] * n)
        self.grey = self.where / 'grey.png'
        write_png(self.grey, self.width, self.height, self.pixels[0::3])
        self.small = self.where / 'small.png'
        write_png(self.small, 8, 8, [9] * 192)


# Forks ---------------------------------------------------------------------

def fork_unchanged(solver, more):
    """Every kept step leads to the same floats, and so does a fork of the fork."""
    with folder() as out:
        film, again = f'{out}/film', f'{out}/again'
        sample(f'{out}/whole', '--scheduler', solver, '--steps', STEPS, *more, '--count', 2,
               '--trajectory', film, '--every', 3)
        wanted = [values(f'{out}/whole/pair-{seed}.safetensors') for seed in (42, 43)]
        steps = list(read_safetensors(film)['steps'][1])
        assert steps[:2] == [3, 6], steps
        for step in (3, 6):
            sample(f'{out}/{step}', '--fork', f'{film}:{step}', '--batch', 2,
                   '--trajectory', again)
            for seed in (42, 43):
                found = values(f'{out}/{step}/pair-{seed}.safetensors')
                assert found == wanted[seed - 42], f'step {step}, seed {seed} differs'
        line = lines(f'{out}/6')[0]
        assert line['fork']['step'] == 6 and line['fork']['unchanged'], line['fork']
        left = list(read_safetensors(again)['steps'][1])
        assert left[0] == 7, left
        if len(left) > 1:
            sample(f'{out}/twice', '--fork', f'{again}:7')
            assert values(f'{out}/twice/pair-42.safetensors') == wanted[0]


def fork_guided(scene):
    """A trajectory with a known view goes on with it."""
    with folder() as out:
        film = f'{out}/film'
        sample(f'{out}/whole', '--known', 'cc', scene.pair, '--steps', STEPS, '--jump-length', 2,
               '--repeats', 2, '--scheduler', 'ddpm', '--trajectory', film)
        for step in (3, 5, 9):
            sample(f'{out}/{step}', '--fork', f'{film}:{step}')
            found = values(f'{out}/{step}/pair-42.safetensors')
            wanted = values(f'{out}/whole/pair-42.safetensors')
            n = len(wanted) // 3
            # The third channel is made anew from the views only where the guide is known.
            assert found[:2 * n] == wanted[:2 * n], f'step {step} differs'


def fork_otherwise(scene):
    with folder() as out:
        made = {}
        for name, args in {'same': [], 'seed': ['--seed', 7],
                           'heun': ['--scheduler', 'heun', '--steps', 20],
                           'steps': ['--steps', 30], 'ddim': ['--scheduler', 'ddim']}.items():
            sample(f'{out}/{name}', '--fork', f'{scene.film}:5', '--count', 1, *args)
            made[name] = values(next(pathlib.Path(f'{out}/{name}').glob('*.safetensors')))
        texts = [v.tobytes() for v in made.values()]
        assert len(set(texts)) == len(texts), 'two forks are the same'
        line = lines(f'{out}/heun')[0]
        assert line['scheduler'] == 'HeunDiscreteScheduler' and line['steps'] == 20
        assert not line['fork']['unchanged']
        assert lines(f'{out}/seed')[0]['seed'] == 7
        assert lines(f'{out}/seed')[0]['fork']['unchanged']


def fork_often(scene):
    """One trajectory, several seeds."""
    with folder() as out:
        sample(out, '--fork', f'{scene.thin}:6', '--seed', 42, '--count', 3)
        made = [values(f'{out}/pair-{seed}.safetensors') for seed in (42, 43, 44)]
        assert made[0] == values(scene.where / 'thin' / 'pair-42.safetensors')
        assert made[1] != made[0] and made[2] != made[1]


def fork_with_mask(scene):
    """Only the mask's white part is made anew of the trajectory's own picture."""
    with folder() as out:
        sample(out, '--fork', f'{scene.film}:2', '--mask', scene.mask, '--seed', 5, '--count', 1)
        check_kept(scene, f'{out}/pair-5.safetensors', scene.exact)


# Guides --------------------------------------------------------------------

def check_kept(scene, found, wanted):
    found, wanted = values(found), values(wanted)
    n = scene.width * scene.height
    for channel in range(2):
        for i in range(n):
            same = found[channel * n + i] == wanted[channel * n + i]
            assert same or scene.open[i], f'channel {channel}, pixel {i} changed'
    assert any(found[i] != wanted[i] for i in range(2 * n)), 'nothing changed'


def inpaint(scene):
    for args in ([], ['--strength', 0.5], ['--repeats', 1], ['--scheduler', 'dpmsolver']):
        with folder() as out:
            sample(out, '--from', scene.exact, '--mask', scene.mask, '--steps', STEPS, *args)
            check_kept(scene, f'{out}/pair-42.safetensors', scene.exact)


def inpaint_one_view(scene):
    """A red, green and blue mask: the CC stays whole, the third follows the MLO."""
    with folder() as out:
        sample(out, '--from', scene.exact, '--mask', scene.mlo_mask, '--steps', STEPS)
        found, wanted = values(f'{out}/pair-42.safetensors'), values(scene.exact)
        n = scene.width * scene.height
        assert found[:n] == wanted[:n]
        check_kept(scene, f'{out}/pair-42.safetensors', scene.exact)
        assert 'third_residual' in lines(out)[0]


def known(scene, view):
    channel = ('cc', 'mlo').index(view)
    for path in (scene.pair, scene.grey):
        with folder() as out:
            text, _ = run('--quiet', 'sample', MODEL, '-o', out, '--known', view, path,
                          '--steps', STEPS, '--count', 3, '--jump-length', 2, '--repeats', 2)
            assert f'The known {view.upper()} came back within 0/255' in text, text
            given = scene.pixels[channel::3] if path == scene.pair else scene.pixels[0::3]
            pairs = [read_png(f'{out}/pair-{seed}.png')[3] for seed in (42, 43, 44)]
            for pixels in pairs:
                assert pixels[channel::3] == given, 'the known view changed'
                for cc, mlo, third in zip(pixels[0::3], pixels[1::3], pixels[2::3]):
                    assert abs(third - abs(cc - mlo)) <= 1, 'the third does not fit'
            assert pairs[0] != pairs[1]
            check_statistics(out, pairs, channel)
            line = lines(out)[0]
            assert line['known']['view'] == view and line['known_error']['max'] == 0
            assert (line['jump_length'], line['repeats']) == (2, 2)


def check_statistics(out, pairs, channel):
    """mean.png and spread.png, recomputed from the 8-bit pairs."""
    mean, spread = (read_png(f'{out}/{name}.png') for name in ('mean', 'spread'))
    for i in range(0, len(mean[3]), 17):
        three = [p[i] for p in pairs]
        average = sum(three) / 3
        deviation = (sum((v - average) ** 2 for v in three) / 2) ** 0.5
        assert abs(mean[3][i] - average) <= 1.01, f'mean {mean[3][i]}, wanted {average}'
        assert abs(spread[3][i] - min(4 * deviation, 255)) <= 6, \
            f'spread {spread[3][i]}, wanted {4 * deviation}'
    assert set(spread[3][channel::3]) == {0}, 'the known view has a spread'
    settings = json.loads(spread[4]['diptych'])
    assert settings['synthetic'] and settings['count'] == 3 and settings['white'] == 0.25


def from_picture(scene):
    """The weaker, the nearer; the same as diffusers counts the steps."""
    distances = []
    for strength in (0.15, 0.5, 1.0):
        with folder() as out:
            film = f'{out}/film'
            sample(out, '--from', scene.exact, '--strength', strength, '--steps', 20,
                   '--scheduler', 'ddim', '--trajectory', film)
            found, wanted = values(f'{out}/pair-42.safetensors'), values(scene.exact)
            distances.append(sum((a - b) ** 2 for a, b in zip(found, wanted)))
            n_steps = len(read_safetensors(film)['steps'][1])
            assert n_steps == int(20 * strength), n_steps
            assert lines(out)[0]['strength'] == strength
            assert lines(out)[0]['from']['file'] == scene.exact.name
    assert distances[0] < distances[1] < distances[2], distances


def resumed(scene):
    """--resume knows the given picture, and refuses another."""
    with folder() as out:
        args = ['--steps', 3, '--known', 'cc']
        sample(out, *args, scene.pair, '--count', 1)
        text, _ = sample(out, *args, scene.pair, '--count', 2, '--resume')
        assert 'pair-43.png' in text and 'pair-42.png' not in text
        assert not pathlib.Path(out, 'mean.png').exists(), 'a mean of one'
        refuse('sample', MODEL, '-o', out, *args, scene.grey, '--count', 2, '--resume',
               '--format', 'png,safetensors', says='known')


def interpolated():
    with folder() as out:
        for solver in ('ddim', 'ddpm'):
            args = ['--steps', 4, '--scheduler', solver]
            sample(f'{out}/{solver}', *args, '--interpolate', '3:8:4', '--batch', 3)
            for seed, index in ((3, 0), (8, 3)):
                sample(f'{out}/{solver}-{seed}', *args, '--seed', seed)
                assert values(f'{out}/{solver}/pair-3-8-{index:03}.safetensors') == \
                    values(f'{out}/{solver}-{seed}/pair-{seed}.safetensors'), 'an end differs'
            width, height, channels, _, texts = read_png(f'{out}/{solver}/strip.png')
            one = read_png(f'{out}/{solver}/pair-3-8-001.png')
            assert (width, height, channels) == (4 * one[0], 3 * one[1], 1)
            assert json.loads(texts['diptych'])['synthetic']
            assert [line['weight'] for line in lines(f'{out}/{solver}')] == [0, 1 / 3, 2 / 3, 1]


# Misuse --------------------------------------------------------------------

def list_misuse(scene):
    film, pair = scene.film, scene.pair
    return {
        'fork-no-step': ([f'--fork={film}'], 2, 'TRAJECTORY:STEP'),
        'fork-step-0': (['--fork', f'{film}:0'], 2, 'TRAJECTORY:STEP'),
        'fork-beyond': (['--fork', f'{film}:99'], 1, ('step 99', '1, 2, 3 ... 8')),
        'fork-not-kept': (['--fork', f'{scene.thin}:4'], 1, ('step 4', 'only 3, 6, 8')),
        'fork-last': (['--fork', f'{film}:8'], 2, 'last'),
        'fork-no-file': (['--fork', '/no/such:1'], 1, '/no/such'),
        'fork-no-film': (['--fork', f'{scene.exact}:1'], 1, "'x_t'"),
        'fork-size': (['--fork', f'{film}:2', '--size', '64x64'], 2, '--size'),
        'fork-too-many': (['--fork', f'{film}:2', '--count', 3], 2, '--count 3'),
        'fork-pndm': (['--fork', f'{film}:2', '--scheduler', 'pndm'], 1, 'PNDMScheduler'),
        'fork-unknown-solver': (['--fork', f'{film}:2', '--scheduler', 'magic'], 1, 'magic'),
        'fork-and-noise': (['--fork', f'{film}:2', '--noise', film], 2, '--noise'),
        'fork-and-strength': (['--fork', f'{film}:2', '--strength', 0.5], 2, '--strength'),
        'fork-from-no-mask': (['--fork', f'{film}:2', '--from', pair], 2, '--mask'),
        'fork-steps': (['--fork', f'{film}:2', '--steps', -3], 2, '--steps'),
        'from-missing': (['--from', '/no/such.png'], 1, '/no/such.png'),
        'from-size': (['--from', scene.small], 1, ('small.png', '8 x 8')),
        'from-grey': (['--from', scene.grey], 1, ('grey.png', 'pair')),
        'from-no-picture': (['--from', film], 1, 'sample ['),
        'strength-0': (['--from', pair, '--strength', 0], 2, '--strength'),
        'strength-2': (['--from', pair, '--strength', 2], 2, '--strength'),
        'strength-nan': (['--from', pair, '--strength', 'nan!'], 2, 'nan!'),
        'strength-no-step': (['--from', pair, '--strength', 0.01, '--steps', 10], 2,
                             'leaves none'),
        'strength-alone': (['--strength', 0.5], 2, '--from'),
        'from-pndm': (['--from', pair, '--scheduler', 'pndm'], 1, 'PNDMScheduler'),
        'mask-alone': (['--mask', scene.mask], 2, '--from'),
        'mask-size': (['--from', pair, '--mask', scene.small], 1, ('small.png', '8 x 8')),
        'mask-black': (['--from', pair, '--mask', scene.black], 1, 'black'),
        'known-what': (['--known', 'lateral', pair], 2, 'lateral'),
        'known-no-file': (['--known', 'cc'], 2, '--known'),
        'known-missing': (['--known', 'cc', '/no/such.png'], 1, '/no/such.png'),
        'known-size': (['--known', 'mlo', scene.small], 1, '8 x 8'),
        'known-and-from': (['--known', 'cc', pair, '--from', pair], 2, '--from'),
        'known-and-mask': (['--known', 'cc', pair, '--mask', scene.mask], 2, '--mask'),
        'known-and-noise': (['--known', 'cc', pair, '--noise', film], 2, '--noise'),
        'known-pndm': (['--known', 'cc', pair, '--scheduler', 'pndm', '--repeats', 2], 1,
                       'PNDMScheduler'),
        'jump-alone': (['--jump-length', 3], 2, '--known or --mask'),
        'jump-0': (['--known', 'cc', pair, '--jump-length', 0], 2, '--jump-length'),
        'repeats-0': (['--known', 'cc', pair, '--repeats', 0], 2, '--repeats'),
        'repeats-many': (['--known', 'cc', pair, '--repeats', 5000], 2, '--repeats'),
        'between-words': (['--interpolate', '1:2'], 2, 'SEED_A:SEED_B:N'),
        'between-one': (['--interpolate', '1:2:1'], 2, 'SEED_A:SEED_B:N'),
        'between-seed': (['--interpolate', '1:2:3', '--seed', 4], 2, '--seed'),
        'between-resume': (['--interpolate', '1:2:3', '--resume'], 2, '--resume'),
        'between-from': (['--interpolate', '1:2:3', '--from', pair], 2, '--from'),
        'between-fork': (['--interpolate', '1:2:3', '--fork', f'{film}:2'], 2, '--fork'),
    }


def misuse(args, code, says):
    with folder() as out:
        refuse('--quiet', 'sample', MODEL, '-o', f'{out}/pairs', *args, code=code, says=says)
        assert not pathlib.Path(out, 'pairs').exists(), 'a folder was left'


def one_view(scene):
    with folder() as out:
        refuse('sample', DATA / 'unet' / 'x_grayscale_1ch' / 'pipeline', '-o', f'{out}/pairs',
               '--known', 'cc', scene.pair, code=2, says='one view')


def another_checkpoint(scene):
    with folder() as out:
        refuse('sample', OTHER, '-o', f'{out}/pairs', '--fork', f'{scene.film}:2',
               says=('film.safetensors', 'another checkpoint'))


def foreign_trajectory(scene):
    """Tensors alone do not say how they came about; broken ones are named."""
    with folder() as out:
        bare = pathlib.Path(out) / 'bare.safetensors'
        tensors = read_safetensors(scene.film)
        write_safetensors(bare, tensors)
        refuse('sample', MODEL, '-o', f'{out}/pairs', '--fork', f'{bare}:2',
               says=('bare.safetensors', 'how it was made'))
        tensors['pred_x0'] = ([1], array.array('f', [0]))
        write_safetensors(bare, tensors)
        refuse('sample', MODEL, '-o', f'{out}/pairs', '--fork', f'{bare}:2', says="'pred_x0'")
        data = scene.film.read_bytes()
        bare.write_bytes(data[:len(data) // 2])
        refuse('sample', MODEL, '-o', f'{out}/pairs', '--fork', f'{bare}:2', says='bare')


def trajectory_between():
    with folder() as out:
        film = f'{out}/film'
        sample(f'{out}/between', '--interpolate', '1:2:2', '--steps', 3, '--trajectory', film)
        refuse('sample', MODEL, '-o', f'{out}/pairs', '--fork', f'{film}:2', code=2,
               says='between two seeds')


def main():
    tap = Tap()
    where = folder()
    scene = Scene(where.name)
    for solver, more in SOLVERS.items():
        tap.test(f'/cli/edits/fork/unchanged/{solver}', fork_unchanged, solver, more)
    tap.test('/cli/edits/fork/guided', fork_guided, scene)
    tap.test('/cli/edits/fork/otherwise', fork_otherwise, scene)
    tap.test('/cli/edits/fork/often', fork_often, scene)
    tap.test('/cli/edits/fork/mask', fork_with_mask, scene)
    tap.test('/cli/edits/inpaint', inpaint, scene)
    tap.test('/cli/edits/inpaint-one-view', inpaint_one_view, scene)
    tap.test('/cli/edits/known/cc', known, scene, 'cc')
    tap.test('/cli/edits/known/mlo', known, scene, 'mlo')
    tap.test('/cli/edits/from', from_picture, scene)
    tap.test('/cli/edits/resume', resumed, scene)
    tap.test('/cli/edits/interpolate', interpolated)
    for name, (args, code, says) in list_misuse(scene).items():
        tap.test(f'/cli/edits/misuse/{name}', misuse, args, code, says)
    tap.test('/cli/edits/misuse/one-view', one_view, scene)
    tap.test('/cli/edits/misuse/another-checkpoint', another_checkpoint, scene)
    tap.test('/cli/edits/misuse/foreign-trajectory', foreign_trajectory, scene)
    tap.test('/cli/edits/misuse/trajectory-between', trajectory_between)
    where.cleanup()
    tap.done()


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
"""`phantom` and `encode`: what is in the files they write."""
import json
import pathlib

from common import Tap, folder, read_png, refuse, run

SIZE = 64


def make(out, *options):
    run('phantom', '-o', out, '--count', 3, '--size', SIZE, *options)


def read_truths(out):
    lines = pathlib.Path(out, 'truth.jsonl').read_text().splitlines()
    return {truth['seed']: truth for truth in map(json.loads, lines)}


def phantom_files():
    with folder() as out:
        make(out)
        truths = read_truths(out)
        assert sorted(truths) == [42, 43, 44]
        for seed, truth in truths.items():
            width, height, channels, values, texts = read_png(f'{out}/pair-{seed}.png')
            assert (width, height, channels) == (SIZE, SIZE, 3)
            for i in range(0, len(values), 3):
                cc, mlo, third = values[i:i + 3]
                assert abs(third - abs(cc - mlo)) <= 1
            for view in ('cc', 'mlo'):
                assert sum(truth[view]['mask']) == SIZE * SIZE
                assert sum(truth[view]['mask'][1::2]) == truth[view]['area']
            assert json.loads(texts['diptych'])['synthetic'] is True
            assert 'algorithmicMedia' in texts['XML:com.adobe.xmp']


def mask_is_breast():
    """Outside the true mask the picture is black; inside, most of it is not."""
    with folder() as out:
        make(out)
        for seed, truth in read_truths(out).items():
            values = read_png(f'{out}/pair-{seed}.png')[3]
            for channel, view in enumerate(('cc', 'mlo')):
                inside, at, bright = 0, 0, 0
                for run_length in truth[view]['mask']:
                    part = values[channel + 3 * at:channel + 3 * (at + run_length):3]
                    if inside:
                        bright += sum(v > 0 for v in part)
                    else:
                        assert not any(part), f'{view} of {seed}: bright outside the breast'
                    at += run_length
                    inside = 1 - inside
                assert bright > 0.9 * truth[view]['area']


def phantom_again():
    """The same bytes each time, and no second line."""
    with folder() as out:
        make(f'{out}/a')
        make(f'{out}/b')
        make(f'{out}/a')
        for name in ('pair-42.png', 'pair-44.png', 'truth.jsonl'):
            assert pathlib.Path(out, 'a', name).read_bytes() == \
                pathlib.Path(out, 'b', name).read_bytes(), name


def encode(third):
    """Two grey views encode to the picture that phantom made of them."""
    with folder() as out:
        make(out, '--format', 'png,png16', '--third', third)
        run('encode', f'{out}/pair-42-CC.png', f'{out}/pair-42-MLO.png', '-o',
            f'{out}/made.png', '--third', third)
        made, wanted = read_png(f'{out}/made.png'), read_png(f'{out}/pair-42.png')
        assert made[:3] == wanted[:3]
        # 16 bits lie within half a 65535th of the value, so few of the 8-bit ones move.
        off = [abs(a - b) for a, b in zip(made[3], wanted[3])]
        assert max(off) <= 1 and sum(off) < 0.01 * len(off)
        settings = json.loads(made[4]['diptych'])
        assert settings['third_channel'] == third
        assert 'synthetic' not in settings, 'the views are the user\'s, whatever they show'


def mirrored():
    """A right breast is turned round, and said so; --flip never leaves it."""
    with folder() as out:
        make(out, '--format', 'png,png16')
        views = [f'{out}/pair-42-CC.png', f'{out}/pair-42-MLO.png']
        run('encode', *views, '-o', f'{out}/left.png')
        run('encode', *views, '-o', f'{out}/turned.png', '--flip', 'always')
        left, turned = read_png(f'{out}/left.png')[3], read_png(f'{out}/turned.png')[3]
        for y in range(SIZE):
            for x in range(SIZE):
                a, b = 3 * (y * SIZE + x), 3 * (y * SIZE + SIZE - 1 - x)
                assert left[a:a + 2] == turned[b:b + 2]


def right_breast():
    """Left alone, encode turns a view whose chest wall is on the right, and only that."""
    with folder() as out:
        make(out, '--format', 'png16')
        cc = f'{out}/pair-42-CC.png'
        # With the sum as third channel a view beside itself is grey: a mirrored view.
        run('encode', cc, cc, '-o', f'{out}/left.png', '--third', 'sum')
        run('encode', cc, cc, '-o', f'{out}/right.png', '--third', 'sum', '--flip', 'always')
        right = f'{out}/right.png'
        _, remarks = run('encode', right, right, '-o', f'{out}/back.png', '--third', 'sum')
        run('encode', right, right, '-o', f'{out}/never.png', '--third', 'sum', '--flip', 'never')
        assert 'mirrored' in remarks
        left, back = read_png(f'{out}/left.png')[3], read_png(f'{out}/back.png')[3]
        assert max(abs(a - b) for a, b in zip(left, back)) <= 1
        assert read_png(f'{out}/never.png')[3] == read_png(right)[3]


def sizes():
    with folder() as out:
        make(f'{out}/a', '--format', 'png16')
        run('phantom', '-o', f'{out}/b', '--size', 96, '--format', 'png16')
        views = [f'{out}/a/pair-42-CC.png', f'{out}/b/pair-42-MLO.png']
        refuse('encode', *views, '-o', f'{out}/x.png', says=('96x96', '--size'))
        assert not pathlib.Path(out, 'x.png').exists()
        run('encode', *views, '-o', f'{out}/x.png', '--size', '80x48')
        assert read_png(f'{out}/x.png')[:2] == (80, 48)


def windows():
    """A window of a quarter of the range makes the picture four times as bright."""
    with folder() as out:
        make(out, '--format', 'png16')
        views = [f'{out}/pair-42-CC.png', f'{out}/pair-42-MLO.png']
        cc = read_png(views[0])[3]
        run('encode', *views, '-o', f'{out}/quarter.png', '--window', '0:16383')
        run('encode', *views, '-o', f'{out}/auto.png', '--window', 'auto')
        quarter, auto = read_png(f'{out}/quarter.png')[3], read_png(f'{out}/auto.png')[3]
        for i, value in enumerate(cc):
            assert abs(quarter[3 * i] - min(255, value / 16383 * 255)) <= 0.51
            assert abs(auto[3 * i] - value / max(cc) * 255) <= 0.51
    refuse('encode', *views, '-o', 'x', '--window', '9:3', code=2, says='9:3')


def not_a_picture():
    with folder() as out:
        bad = pathlib.Path(out) / 'bad.png'
        bad.write_bytes(b'\x89PNG\r\n\x1a\n' + b'\0' * 40)
        refuse('encode', bad, bad, '-o', f'{out}/x.png', says='bad.png')
        refuse('encode', f'{out}/none.png', bad, '-o', f'{out}/x.png', says='none.png')


def main():
    tap = Tap()
    for function in (phantom_files, mask_is_breast, phantom_again, mirrored, right_breast, sizes, windows,
                     not_a_picture):
        tap.test(f'/pictures/{function.__name__}', function)
    for third in ('absdiff', 'sum', 'zero'):
        tap.test(f'/pictures/encode/{third}', encode, third)
    tap.done()


main()

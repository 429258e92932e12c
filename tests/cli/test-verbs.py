#!/usr/bin/env python3
"""devices, info, selftest and bench say what they should; the demo checkpoint is
found without being named."""
import json

from common import DATA, Tap, folder, read_png, run

MODEL = DATA / 'unet' / 'c2_cifar10_mini' / 'pipeline'


def as_json(*args, **options):
    return json.loads(run('--json', '--quiet', *args, **options)[0])


def devices():
    found = as_json('devices')
    assert found and sum(d['is_chosen'] for d in found) == 1
    for device in found:
        assert device['name'] and device['type'] and device['memory'] > 0
    by_name = as_json('--device', found[0]['name'][:4].lower(), 'devices')
    assert by_name[0]['is_chosen']
    assert found[0]['name'] in run('devices')[0]


def cpu_is_said():
    """A processor that stands in for a GPU is never used silently."""
    chosen = [d for d in as_json('devices') if d['is_chosen']][0]
    with folder() as out:
        _, err = run('sample', MODEL, '-o', out, '--steps', 1)
    assert ('running on the processor' in err) == (chosen['type'] == 'CPU'), err


def lanes():
    """The kernels for CPU devices want eight, whatever the environment says."""
    for bits in ('128', '512'):
        found = as_json('devices', env={'LP_NATIVE_VECTOR_WIDTH': bits})
        for device in found:
            assert 'llvmpipe' not in device['name'] or '256 bits' in device['name'], device


def info():
    found = as_json('info', MODEL, '--tensors', '--graph')
    assert found['layout'] == 'pipeline' and len(found['sha256']) == 64
    assert found['unet']['in_channels'] == 3
    assert found['macs_per_step'] > 0 and found['memory']['planned'] > 0
    elements = 0
    for tensor in found['tensors']:
        n = 1
        for side in tensor['shape']:
            n *= side
        elements += n
    assert elements == found['parameters']
    assert 'conv_in' in found['graph']
    twice = as_json('info', MODEL, '--batch', 2)
    assert twice['macs_per_step'] == 2 * found['macs_per_step']


def ignored_tensors():
    """A tensor too many is not silently dropped: info names it."""
    found = as_json('info', DATA / 'broken' / 'models' / 'ok_extra_tensor')
    assert len(found['ignored_tensors']) == 1, found['ignored_tensors']
    assert found['ignored_tensors'][0] in \
        run('info', DATA / 'broken' / 'models' / 'ok_extra_tensor')[0]
    assert as_json('info', MODEL)['ignored_tensors'] == []


def info_of_a_file():
    path = DATA / 'unet' / 'c4_legacy_flat_zip_bin' / 'pipeline' / 'diffusion_pytorch_model.bin'
    found = as_json('info', path)
    assert found['format'] == 'torch (zip)' and found['tensors']


def selftest():
    found = as_json('selftest', MODEL)
    assert found['passed'] and found['tests']
    for row in found['tests']:
        assert row['passed'] and row['n_nodes'] > 50, row
        assert row['worst']['error'] <= row['worst']['tolerance'], row


def bench():
    found = as_json('bench', MODEL, '--repeats', 3, '--reference')
    assert found['step']['min'] <= found['step']['median'] <= found['step']['max']
    assert found['memory']['allocated'] <= 1.5 * found['memory']['planned']
    shares = sum(row['share'] for row in found['ops'])
    assert abs(shares - 1) < 1e-6
    # Those of the time embedding are computed once a run, and not in a step; the kernels
    # are whatever auto found fastest just now.
    assert 0.99 * found['flops'] <= sum(row['flops'] for row in found['ops']) <= found['flops']
    peak = found['peak']
    for row in found['ops'] + found['nodes']:
        for rate, share, unit in (('gflops_per_second', 'share_of_peak', 'flops'),
                                  ('gbytes_per_second', 'share_of_bandwidth', 'bytes')):
            assert abs(row[rate] * row['seconds'] * 1e9 - row[unit]) <= 1e-6 * row[unit], row
            assert abs(row[share] * peak[rate] - row[rate]) <= 1e-6 * row[rate], row
    assert found['step']['share_of_peak'] > 0
    process = found['memory']['process']
    assert 0 < process['start'] < process['now'] <= process['most'], process
    text = run('bench', MODEL, '--repeats', 1)[0]
    for word in ('peak ', 'device ', 'memory ', 'process ', 'conv2d ', 'GB/s', ' of the plan'):
        assert word in text, f'{word} is missing:\n{text}'
    print(f'# {found["ratio"]:.2f} times as fast as the reference')


def demo():
    found = as_json('info')
    assert found['path'].endswith('demo'), found['path']
    assert found['third_channel'] == 'absdiff'
    size = found['unet']['sample_size']
    with folder() as out:
        result = as_json('sample', '-o', out, '--steps', 4, '--seed', 7)
        width, height, channels, values, texts = read_png(f'{out}/pair-7.png')
    assert [height, width] == size and channels == 3
    assert max(values) > 100 and min(values) == 0, 'a blank picture'
    assert result['pairs'][0]['seed'] == 7
    assert json.loads(texts['diptych'])['third_channel'] == 'absdiff'


def selftest_of_the_demo():
    assert as_json('selftest', timeout=900)['passed']


def main():
    tap = Tap()
    for function in (devices, cpu_is_said, lanes, info, ignored_tensors, info_of_a_file, selftest, bench, demo,
                     selftest_of_the_demo):
        tap.test(f'/verbs/{function.__name__}', function)
    tap.done()


main()

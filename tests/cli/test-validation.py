#!/usr/bin/env python3
"""A whole `sample` run under the Khronos validation layer with synchronization
validation: not one message."""
import os
import pathlib

from common import DATA, Tap, folder, run

LAYERS = {
    'VK_INSTANCE_LAYERS': 'VK_LAYER_KHRONOS_validation',
    'VK_LAYER_ENABLES': 'VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT',
}
MODEL = DATA / 'unet' / 'c3_butterflies_mini' / 'pipeline'


def sample(kernels):
    with folder() as out:
        _, err = run('sample', MODEL, '-o', out, '--steps', 3, '--count', 3, '--batch', 2,
                     '--quiet', env={**LAYERS, 'DIPTYCH_KERNELS': kernels}, timeout=1500)
        assert (pathlib.Path(out) / 'pair-44.png').exists()
        assert err == '', err


def is_loaded():
    """Without the layer the test below could not fail."""
    files = [p for d in ('/usr/share/vulkan/explicit_layer.d', '/etc/vulkan/explicit_layer.d')
             if os.path.isdir(d) for p in os.listdir(d)]
    assert any('validation' in name for name in files), 'the validation layer is not installed'


def main():
    tap = Tap()
    tap.test('/validation/layer', is_loaded)
    for kernels in ('generic', 'cpu'):
        tap.test(f'/validation/sample/{kernels}', sample, kernels)
    tap.done()


main()

#!/usr/bin/env python3
"""Wrong command lines, missing files, full disks: one clear line, nothing half-written."""
import os
import pathlib
import shutil
import subprocess

from common import CLI, DATA, Tap, folder, read_safetensors, refuse, run

OK = DATA / 'broken' / 'models' / 'ok_base'
CLASSES = DATA / 'unet' / 'x_class_ids' / 'pipeline'
GOLDEN = DATA / 'unet' / 'c0_every_module'


def usage(args, says):
    refuse(*args, code=2, says=says)


USAGE = {
    'no-verb': ([], 'wants a verb'),
    'unknown-verb': (['paint'], "'paint'"),
    'unknown-option': (['sample', '--stepz', 3], '--stepz'),
    'no-folder': (['sample', OK], '-o DIR'),
    'steps-0': (['sample', OK, '-o', 'x', '--steps', 0], '--steps'),
    'steps-negative': (['sample', OK, '-o', 'x', '--steps', -5], '--steps'),
    'steps-word': (['sample', OK, '-o', 'x', '--steps', 'ten'], 'ten'),
    'count-0': (['sample', OK, '-o', 'x', '--count', 0], '--count'),
    'batch-0': (['sample', OK, '-o', 'x', '--batch', 0], '--batch'),
    'eta-2': (['sample', OK, '-o', 'x', '--eta', 2], '--eta'),
    'churn-negative': (['sample', OK, '-o', 'x', '--churn', -1], '--churn'),
    'churn-max-nan': (['sample', OK, '-o', 'x', '--churn-max', 'nan'], '--churn-max'),
    'churn-noise-negative': (['sample', OK, '-o', 'x', '--churn-noise', -1], '--churn-noise'),
    'lms-order': (['sample', OK, '-o', 'x', '--lms-order', 5], '--lms-order'),
    'begin-without-toy': (['schedule', OK, '--begin', 2], '--toy'),
    'churn-nan': (['sample', OK, '-o', 'x', '--churn', 'nan'], '--churn'),
    'eta-nan': (['sample', OK, '-o', 'x', '--eta', 'nan'], '--eta'),
    'strength-nan': (['sample', OK, '-o', 'x', '--from', 'p.png', '--strength', 'nan'],
                     '--strength'),
    'seed-negative': (['sample', OK, '-o', 'x', '--seed', -1], '--seed'),
    'size-word': (['sample', OK, '-o', 'x', '--size', 'big'], "'big'"),
    'size-0': (['sample', OK, '-o', 'x', '--size', '0x16'], "'0x16'"),
    'format': (['sample', OK, '-o', 'x', '--format', 'gif'], 'gif'),
    'third': (['sample', OK, '-o', 'x', '--third', 'product'], 'product'),
    'shard': (['sample', OK, '-o', 'x', '--shard', '3/2'], '3/2'),
    'shard-and-noise': (['sample', OK, '-o', 'x', '--shard', '1/2', '--noise', 'n'], '--noise'),
    'resume-and-noise': (['sample', OK, '-o', 'x', '--resume', '--noise', 'n'], '--noise'),
    'resume-and-film': (['sample', OK, '-o', 'x', '--resume', '--trajectory', 'n'],
                        '--trajectory'),
    'two-checkpoints': (['sample', OK, OK, '-o', 'x'], 'found 2'),
    'precision': (['sample', OK, '-o', 'x', '--precision', 'int4'], 'int4'),
    'label-missing': (['sample', CLASSES, '-o', 'x', '--steps', 2], '--class-label'),
    'label-too-large': (['sample', CLASSES, '-o', 'x', '--class-label', 9999], '9999'),
    'label-not-wanted': (['sample', OK, '-o', 'x', '--class-label', 1], '--class-label'),
    'forward-no-input': (['forward', OK], '--input'),
    'record': (['forward', GOLDEN / 'pipeline', '--input',
                sorted(GOLDEN.glob('goldens_*'))[0], '--output', 'x/out',
                '--record', 'conv_in,no_such'], 'no_such'),
    'phantom-size': (['phantom', '-o', 'x', '--size', 3], '--size'),
    'toy-alone': (['schedule', OK, '--toy', 'A'], '--noise'),
}


def in_empty_folder(args, says):
    before = os.getcwd()
    with folder() as out:
        os.chdir(out)
        try:
            usage(args, says)
            assert not list(pathlib.Path(out).rglob('*.png')), 'a picture was left'
        finally:
            os.chdir(before)


def steps_beyond_training():
    with folder() as out:
        refuse('sample', OK, '-o', f'{out}/pairs', '--steps', 5000, says='5000')
        assert not os.path.exists(f'{out}/pairs')


def scheduler_options():
    def refuse_option(option, *says, scheduler='dpmsolver'):
        for said in says:
            refuse('schedule', OK, '--scheduler', scheduler, '--scheduler-option', option,
                   says=said)
    refuse_option('solver_order', 'KEY=VALUE', '"solver_order"')
    refuse_option('=3', 'KEY=VALUE')
    refuse_option('eta=3', "no 'eta'", 'solver_order')
    refuse_option('solver_order=4', "'solver_order'", '1 to 3', '4')
    refuse_option('solver_order="2"', "'solver_order'", 'integer')
    refuse_option('algorithm_type=magic', "'algorithm_type'", 'sde-dpmsolver++', 'magic')
    refuse_option('use_flow_sigmas=true', "'use_flow_sigmas'", 'false')
    refuse_option('original_inference_steps=5000', 'num_train_timesteps', scheduler='lcm')
    with folder() as out:
        refuse('sample', OK, '-o', f'{out}/pairs', '--scheduler-option', 'x=1', says="no 'x'")
        assert not os.path.exists(f'{out}/pairs')


def wrong_size():
    """Not divisible by the network's downsampling."""
    with folder() as out:
        refuse('sample', DATA / 'unet' / 'c2_cifar10_mini' / 'pipeline', '-o', f'{out}/pairs',
               '--size', '30x33', says=('33', 'multiple'))
        assert not os.path.exists(f'{out}/pairs')


def missing_checkpoint():
    refuse('info', '/no/such/folder', says='/no/such/folder')
    with folder() as out:
        refuse('sample', '/no/such/folder', '-o', f'{out}/pairs', says='/no/such/folder')
        assert not os.path.exists(f'{out}/pairs')


def no_checkpoint():
    with folder() as out:
        refuse('info', out, says=out)


def missing_input():
    with folder() as out:
        refuse('forward', OK, '--input', f'{out}/none', '--output', f'{out}/out',
               says=f'{out}/none')


def input_without_sample():
    with folder() as out:
        refuse('forward', OK, '--input', DATA / 'broken' / 'safetensors' /
               'ok_two_tensors.safetensors', '--output', f'{out}/out', says="'sample'")
        assert not os.path.exists(f'{out}/out')


def noise_of_another_size():
    golden = DATA / 'sampling' / 'c1_ddim_10' / 'goldens.safetensors'
    with folder() as out:
        refuse('sample', OK, '-o', f'{out}/pairs', '--noise', golden, '--steps', 2,
               says='initial_noise')


def unknown_device():
    with folder() as out:
        refuse('--device', 'no such device', 'sample', OK, '-o', f'{out}/pairs',
               says='no such device')


def no_loader():
    """No Vulkan at all: said in one line, and what needs none still works."""
    env = {'VK_ICD_FILENAMES': '/no/such/driver.json', 'VK_DRIVER_FILES': '/no/such/driver.json'}
    refuse('devices', env=env, says='Vulkan')
    run('info', OK, env=env)
    run('--help', env=env)


def file_in_the_way():
    with folder() as out:
        path = pathlib.Path(out) / 'pairs'
        path.write_text('mine')
        refuse('sample', OK, '-o', path, '--steps', 2, says=str(path))
        assert path.read_text() == 'mine'


def full_stdout():
    for args in (['--help'], ['info', str(OK)], ['--version']):
        with open('/dev/full', 'w') as full:
            done = subprocess.run([CLI, *args], stdout=full, stderr=subprocess.PIPE)
        assert done.returncode == 1, f'{args}: exit {done.returncode}'
        assert b'standard output' in done.stderr


def full_disk():
    """A file size limit stands for a full disk: the same failed write."""
    with folder() as out:
        script = f'ulimit -f 2; exec "$0" sample "$1" -o {out}/pairs --steps 2 --quiet ' \
                 '--format safetensors'
        # A picture of 48 kB against 2 blocks of 512 or 1024 bytes.
        done = subprocess.run(['sh', '-c', script, CLI,
                               str(DATA / 'unet' / 'c1_celebahq_mini' / 'pipeline')],
                              capture_output=True)
        err = done.stderr.decode()
        assert done.returncode == 1, f'exit {done.returncode}: {err}'
        assert len(err.splitlines()) == 1 and 'pair-42.safetensors' in err, err
        left = sorted(p.name for p in pathlib.Path(out, 'pairs').iterdir())
        assert left == [], left


def odd_names():
    """A line break in a file's name is still one line of error."""
    refuse('info', '/no/such\nfolder', says='\\x0a')


def overwritten_input():
    """OUT on top of IN is written whole, or refused; IN is never half gone."""
    with folder() as out:
        both = pathlib.Path(out) / 'x.safetensors'
        shutil.copyfile(sorted(GOLDEN.glob('goldens_*'))[0], both)
        run('forward', GOLDEN / 'pipeline', '--input', both, '--output', both)
        assert 'output' in read_safetensors(both)


def main():
    tap = Tap()
    for name, (args, says) in USAGE.items():
        tap.test(f'/misuse/usage/{name}', in_empty_folder, args, says)
    for function in (steps_beyond_training, scheduler_options, wrong_size, missing_checkpoint, no_checkpoint,
                     missing_input, input_without_sample, noise_of_another_size,
                     unknown_device, no_loader, file_in_the_way, full_stdout, full_disk,
                     odd_names, overwritten_input):
        tap.test(f'/misuse/{function.__name__}', function)
    tap.done()


main()

#!/usr/bin/env python3
"""`diptych-cli schedule --toy` against every scheduler golden it can be asked for.

Limit: 2e-5 for a trajectory, as the goldens' README says.
"""
import json
import pathlib

from common import (DATA, Tap, check_close, folder, read_safetensors, run,
                    write_safetensors)

BEGIN = DATA / 'begin-own'


def options_of(case):
    eta = case['step_arguments'].get('eta')
    churn = case['step_arguments'].get('s_churn')
    return (['--steps', case['num_inference_steps']] + (['--eta', eta] if eta else []) +
            (['--churn', churn] if churn else []))


def is_askable(case):
    """use_clipped_model_output has no option on the command line."""
    return case['num_inference_steps'] and not set(case['step_arguments']) - {
        'eta', 's_churn', 's_noise'}


def check(case, golden):
    with folder() as out:
        config = f'{out}/scheduler_config.json'
        pathlib.Path(config).write_text(json.dumps(case['scheduler_config']))
        noise = {'initial_noise': golden['x_init']}
        if 'noise' in golden:
            noise['step_noise'] = golden['noise']
        write_safetensors(f'{out}/noise', noise)
        run('schedule', config, '--toy', case['model'], '--noise', f'{out}/noise', '-o',
            f'{out}/film', *options_of(case))
        film = read_safetensors(f'{out}/film')
        plan = json.loads(run('--json', 'schedule', config, *options_of(case))[0])
    check_close('film', film['timesteps'][1], case['timesteps'], 1e-3)
    check_close('plan', plan['timesteps'], case['timesteps'], 1e-3)
    wanted = golden['prev_sample'][1]
    largest = max(1.0, max(abs(v) for v in wanted))
    check_close('x_t', film['x_t'][1], wanted, 2e-5 * largest)


def options_are_as_in_the_file():
    """--scheduler-option gives the plan of a file that says the same."""
    base = {'_class_name': 'DDIMScheduler', 'beta_end': 0.03, 'timestep_spacing': 'linspace'}
    more = {'algorithm_type': 'sde-dpmsolver++', 'solver_order': 3, 'beta_start': 0.0002,
            'use_karras_sigmas': True, 'lambda_min_clipped': None}
    with folder() as out:
        plain, changed = f'{out}/plain.json', f'{out}/changed.json'
        pathlib.Path(plain).write_text(json.dumps(base))
        pathlib.Path(changed).write_text(json.dumps(base | more))
        flags = [flag for key, value in more.items() for flag in
                 ('--scheduler-option',
                  f'{key}={value if isinstance(value, str) else json.dumps(value)}')]
        command = ['--json', 'schedule', '--scheduler', 'dpmsolver', '--steps', 7]
        asked = json.loads(run(*command, plain, *flags)[0])
        wanted = json.loads(run(*command, changed)[0])
        unchanged = json.loads(run(*command, plain)[0])
    assert asked == wanted, (asked, wanted)
    assert asked['config']['solver_order'] == 3
    assert asked['timesteps'] != unchanged['timesteps']


def begin_in_the_middle(case):
    """add_noise() and the steps from there, held against the library's."""
    golden = read_safetensors(BEGIN / f'{case["config"]["_class_name"]}.safetensors')
    more = ['--steps', case['steps'], '--begin', case['begin']]
    for key, value in case['step'].items():
        more += ['--' + key.replace('_', '-'), value]
    with folder() as out:
        config = f'{out}/scheduler_config.json'
        pathlib.Path(config).write_text(json.dumps(case['config']))
        write_safetensors(f'{out}/noise', {
            key: golden[key] for key in ('initial_noise', 'step_noise', 'picture')
            if key in golden})
        run('schedule', config, '--toy', case['model'], '--noise', f'{out}/noise', '-o',
            f'{out}/film', *more)
        film = read_safetensors(f'{out}/film')
    check_close('timesteps', film['timesteps'][1], golden['timesteps'][1], 1e-3)
    wanted = golden['x_t'][1]
    largest = max(1.0, max(abs(v) for v in wanted))
    check_close('x_t', film['x_t'][1], wanted, 2e-5 * largest)


def main():
    tap = Tap()
    for case in json.loads((BEGIN / 'index.json').read_text()):
        tap.test(f'/schedule/begin/{case["config"]["_class_name"]}', begin_in_the_middle, case)
    tap.test('/schedule/options', options_are_as_in_the_file)
    for path in sorted((DATA / 'schedulers').glob('*.json')):
        case = json.loads(path.read_text())
        if 'scheduler_config' not in case or not is_askable(case):
            continue
        golden = read_safetensors(path.with_suffix('.safetensors'))
        tap.test(f'/schedule/{path.stem}', check, case, golden)
    tap.done()


main()

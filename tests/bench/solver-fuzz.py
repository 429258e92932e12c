#!/usr/bin/env python3
"""Diptych's solvers against diffusers' own over random configurations.

usage: solver-fuzz.py DIPTYCH_CLI [--count 100] [--seed N] [--only CLASS,...] [--begin]
                      [--show 3]

Draws configurations of every class (all keys that both sides know), numbers of steps and
noise, runs whole trajectories on a model that is a formula on both sides, and reports, for
each class, the largest error relative to max (1, |x|) at any step.  The limit is that of
trajectories, 2e-5, or, where the library itself is further from itself when its model's
answers and samples are off by half a unit in the last place, four times that.  A configuration that one
side refuses and the other runs is counted, and shown with --show.  With --begin runs begin
in the middle: add_noise(), then set_begin_index(), as img2img pipelines do.

Runs where torch, diffusers and scipy are installed.  Diptych follows torch 1.13 and numpy
1.24 (Debian 12's python3-torch) to the last bit; later ones make other tables of betas, and
round some timesteps otherwise.  Ends with 1 where a limit is passed or one side refuses
alone: with --begin also DDIMInverse (which has no add_noise() there), LMS (diffusers takes
the weights of an order that it has no slopes for), and PNDM and singlestep DPM, which
Diptych begins where a step begins only.  Not part of ./check: it needs the library.
"""
import argparse
import collections
import concurrent.futures
import json
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import types
import warnings

import numpy as np
import torch


def patch_torch():
    """What the library wants of a torch older than it, to be imported with 1.13."""
    def nothing(*_args, **_keys):
        return 0
    names = ('empty_cache', 'device_count', 'manual_seed', 'is_available', 'synchronize',
             'reset_peak_memory_stats', 'max_memory_allocated')
    for name in ('xpu', 'mps'):
        if not hasattr(torch, name):
            setattr(torch, name, types.SimpleNamespace(**{n: nothing for n in names}))
    for name in ('float8_e4m3fn', 'float8_e5m2', 'uint16', 'uint32', 'uint64'):
        if not hasattr(torch, name):
            setattr(torch, name, name)


patch_torch()
import diffusers  # noqa: E402
from safetensors.torch import load_file, save_file

SHAPE = (1, 3, 4, 4)
LIMIT = 2e-5

SPACINGS = ['linspace', 'leading', 'trailing']
BETAS = ['linear', 'scaled_linear', 'squaredcos_cap_v2']
ALL_PREDICTIONS = ['epsilon', 'sample', 'v_prediction']
TWO_PREDICTIONS = ['epsilon', 'v_prediction']
SIGMAS = ['use_karras_sigmas', 'use_exponential_sigmas', 'use_beta_sigmas']


def draw_training(r, betas=BETAS):
    config = {'num_train_timesteps': r.choice([1000] * 6 + [100, 250, 513])}
    kind = r.random()
    if kind < 0.1:
        n = config['num_train_timesteps']
        low, high = r.choice([(1e-4, 0.02), (1e-3, 0.03)])
        config['trained_betas'] = [low + (high - low) * (i / (n - 1)) ** r.choice([1, 1.5])
                                   for i in range(n)]
        return config
    config['beta_schedule'] = r.choice(betas)
    if r.random() < 0.6:
        low, high = r.choice([(1e-4, 0.02), (8.5e-4, 0.012), (1e-4, 0.05), (5e-4, 0.01),
                              (1e-5, 0.03), (1.5e-3, 0.0195)])
        config.update(beta_start=low, beta_end=high)
    return config


def draw_spacing(r, config, spacings=SPACINGS):
    config['timestep_spacing'] = r.choice(spacings)
    if r.random() < 0.4:
        config['steps_offset'] = r.choice([0, 1, 1, 3])


def draw_sigmas(r, config, names=SIGMAS):
    if r.random() < 0.6:
        config[r.choice(names)] = True


def draw_threshold(r, config):
    if r.random() < 0.3:
        config.update(thresholding=True, sample_max_value=r.choice([1.0, 1.5, 3.0]),
                      dynamic_thresholding_ratio=r.choice([0.995, 0.9, 0.5, 1.0]))


def draw_clip(r, config):
    config['clip_sample'] = r.random() < 0.5
    if r.random() < 0.4:
        config['clip_sample_range'] = r.choice([0.5, 1.0, 1.7])


def draw_ends(r, config):
    if r.random() < 0.3:
        config.update(sigma_min=r.choice([0.02, 0.05]))
    if r.random() < 0.3:
        config.update(sigma_max=r.choice([20.0, 80.0]))


def zero_snr(r, config):
    if r.random() < 0.3:
        config['rescale_betas_zero_snr'] = True


def draw_ddpm(r):
    c = draw_training(r, BETAS + ['sigmoid', 'laplace'])
    c['prediction_type'] = r.choice(ALL_PREDICTIONS)
    c['variance_type'] = r.choice(['fixed_small', 'fixed_small_log', 'fixed_large',
                                   'fixed_large_log', 'learned', 'learned_range'])
    draw_clip(r, c), draw_threshold(r, c), draw_spacing(r, c), zero_snr(r, c)
    return c, {}


def draw_ddim(r):
    c = draw_training(r)
    c['prediction_type'] = r.choice(ALL_PREDICTIONS)
    c['set_alpha_to_one'] = r.random() < 0.5
    draw_clip(r, c), draw_threshold(r, c), draw_spacing(r, c), zero_snr(r, c)
    return c, {'eta': r.choice([0.0, 0.0, 0.3, 1.0])}


def draw_multistep(r):
    c = draw_training(r)
    c['prediction_type'] = r.choice(ALL_PREDICTIONS)
    c['solver_order'] = r.choice([1, 2, 3])
    c['algorithm_type'] = r.choice(['dpmsolver', 'dpmsolver++', 'dpmsolver++',
                                    'sde-dpmsolver', 'sde-dpmsolver++', 'deis'])
    c['solver_type'] = r.choice(['midpoint', 'heun', 'midpoint', 'heun', 'bh1', 'logrho'])
    c['lower_order_final'] = r.random() < 0.6
    c['euler_at_final'] = r.random() < 0.3
    c['final_sigmas_type'] = ('sigma_min' if not c['algorithm_type'].endswith('++') and
                              r.random() < 0.9 else r.choice(['zero', 'sigma_min']))
    if r.random() < 0.25:
        c['lambda_min_clipped'] = r.choice([-5.1, -3.0, -8.0])
    draw_sigmas(r, c, SIGMAS + ['use_lu_lambdas']), draw_threshold(r, c)
    draw_spacing(r, c), zero_snr(r, c)
    return c, {}


def draw_singlestep(r):
    c, _ = draw_multistep(r)
    for key in ('euler_at_final', 'use_lu_lambdas', 'timestep_spacing', 'steps_offset',
                'rescale_betas_zero_snr'):
        c.pop(key, None)
    return c, {}


def draw_euler(r):
    c = draw_training(r)
    c['prediction_type'] = r.choice(ALL_PREDICTIONS)
    c['interpolation_type'] = r.choice(['linear', 'linear', 'log_linear'])
    c['timestep_type'] = r.choice(['discrete', 'discrete', 'continuous'])
    c['final_sigmas_type'] = r.choice(['zero', 'sigma_min'])
    draw_sigmas(r, c), draw_spacing(r, c), zero_snr(r, c), draw_ends(r, c)
    step = {}
    if r.random() < 0.5:
        step['churn'] = r.choice([0.5, 3.0, 40.0])
        if r.random() < 0.6:
            step.update(churn_min=r.choice([0.0, 0.3]), churn_max=r.choice([5.0, 50.0]),
                        churn_noise=r.choice([1.0, 1.003, 0.9]))
    return c, step


def draw_euler_ancestral(r):
    c = draw_training(r)
    c['prediction_type'] = r.choice(TWO_PREDICTIONS)
    draw_spacing(r, c), zero_snr(r, c)
    return c, {}


def draw_heun(r):
    c = draw_training(r, BETAS + ['exp'])
    c['prediction_type'] = r.choice(ALL_PREDICTIONS)
    draw_clip(r, c), draw_sigmas(r, c), draw_spacing(r, c)
    return c, {}


def draw_kdpm2(r):
    c = draw_training(r)
    c['prediction_type'] = r.choice(TWO_PREDICTIONS)
    draw_sigmas(r, c), draw_spacing(r, c)
    return c, {}


def draw_unipc(r):
    c = draw_training(r)
    c['prediction_type'] = r.choice(ALL_PREDICTIONS)
    c['solver_order'] = r.choice([1, 2, 3])
    c['predict_x0'] = r.random() < 0.7
    c['solver_type'] = r.choice(['bh1', 'bh2', 'bh2', 'midpoint'])
    c['lower_order_final'] = r.random() < 0.7
    c['final_sigmas_type'] = ('sigma_min' if not c['predict_x0'] or c['solver_type'] == 'bh1'
                              else r.choice(['zero', 'sigma_min']))
    if r.random() < 0.3:
        c['disable_corrector'] = r.sample(range(6), r.choice([1, 2]))
    draw_sigmas(r, c), draw_threshold(r, c), draw_spacing(r, c), zero_snr(r, c)
    draw_ends(r, c)
    return c, {}


def draw_deis(r):
    c = draw_training(r)
    c['prediction_type'] = r.choice(ALL_PREDICTIONS)
    c['solver_order'] = r.choice([1, 2, 3])
    c['lower_order_final'] = r.random() < 0.6
    c['algorithm_type'] = r.choice(['deis', 'deis', 'dpmsolver++'])
    draw_sigmas(r, c), draw_threshold(r, c), draw_spacing(r, c)
    return c, {}


def draw_lms(r):
    c = draw_training(r)
    c['prediction_type'] = r.choice(ALL_PREDICTIONS)
    draw_sigmas(r, c), draw_spacing(r, c)
    return c, {'order': r.choice([4, 4, 1, 2, 3])}


def draw_pndm(r):
    c = draw_training(r)
    c['prediction_type'] = r.choice(TWO_PREDICTIONS)
    c['skip_prk_steps'] = r.random() < 0.5
    c['set_alpha_to_one'] = r.random() < 0.5
    draw_spacing(r, c)
    return c, {}


def draw_ddim_inverse(r):
    c = draw_training(r)
    c['prediction_type'] = r.choice(ALL_PREDICTIONS)
    c['set_alpha_to_one'] = r.random() < 0.5
    draw_clip(r, c), draw_spacing(r, c, ['leading', 'trailing']), zero_snr(r, c)
    return c, {}


def draw_lcm(r):
    c = draw_training(r)
    c['prediction_type'] = r.choice(ALL_PREDICTIONS)
    c['original_inference_steps'] = r.choice([50, 50, 20, 100])
    c['timestep_scaling'] = r.choice([10.0, 10.0, 3.0])
    draw_clip(r, c), draw_threshold(r, c), draw_spacing(r, c), zero_snr(r, c)
    return c, {}


CLASSES = {
    'DDPMScheduler': draw_ddpm, 'DDIMScheduler': draw_ddim,
    'DPMSolverMultistepScheduler': draw_multistep,
    'DPMSolverSinglestepScheduler': draw_singlestep,
    'EulerDiscreteScheduler': draw_euler,
    'EulerAncestralDiscreteScheduler': draw_euler_ancestral,
    'HeunDiscreteScheduler': draw_heun, 'KDPM2DiscreteScheduler': draw_kdpm2,
    'KDPM2AncestralDiscreteScheduler': draw_kdpm2, 'UniPCMultistepScheduler': draw_unipc,
    'DEISMultistepScheduler': draw_deis, 'LMSDiscreteScheduler': draw_lms,
    'PNDMScheduler': draw_pndm, 'DDIMInverseScheduler': draw_ddim_inverse,
    'LCMScheduler': draw_lcm,
}
STEPS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 19, 20, 25, 31, 50]
# What a step is called with on either side.
STEP_NAMES = {'eta': 'eta', 'churn': 's_churn', 'churn_min': 's_tmin', 'churn_max': 's_tmax',
              'churn_noise': 's_noise', 'order': 'order'}


def line(model, kind, t):
    """Models A and B of `schedule --toy`: output = k x + o."""
    if model == 'A':
        return 0.3, 0.1 * math.sin(t / 100)
    a = math.exp(-(1e-4 * t + 9.95e-6 * t * t))
    s, s1 = math.sqrt(a), math.sqrt(1 - a)
    k, o = s1 / (0.25 * a + 1 - a), 0.2 * s * math.sin(t / 100)
    if kind == 'v_prediction':
        return s * k - s1 * (1 - s1 * k) / s, s * o + s1 * s1 * o / s
    if kind == 'sample':
        return (1 - s1 * k) / s, -s1 * o / s
    return k, o


class Case:
    def __init__(self, name, seed, with_begin):
        r = random.Random(f'{name} {seed}')
        self.name, self.seed = name, seed
        self.config, self.step = CLASSES[name](r)
        # "trailing" makes one timestep more than asked for, -1, where numpy's arange() is
        # rounded up; Diptych does not.
        n_train = self.config['num_train_timesteps']
        self.steps = r.choice([n for n in STEPS if n <= n_train and
                               len(np.arange(n_train, 0, -n_train / n)) == n])
        # Model B is none at negative timesteps, which log (sigma) / 4 can be.
        self.model = 'A' if self.config.get('timestep_type') == 'continuous' else r.choice('AB')
        self.begin = r.random() * 0.9 if with_begin else None
        self.picture = torch.randn(SHAPE, generator=torch.Generator().manual_seed(seed + 7)) * 0.4

    def __str__(self):
        config = {k: (f'{len(v)} betas' if k == 'trained_betas' else v)
                  for k, v in self.config.items()}
        return f'{self.name} seed {self.seed}: {self.steps} steps, model {self.model}, ' \
               f'{self.step}, {config}'

    def theirs(self, jitter):
        """The library's trajectory: x after each step, timesteps, noises that were drawn."""
        scheduler = getattr(diffusers, self.name)(**self.config)
        noises = torch.Generator().manual_seed(self.seed + 1)
        copy = torch.Generator().manual_seed(self.seed + 1)
        shaker = torch.Generator().manual_seed(self.seed + 2)
        first = torch.randn(SHAPE, generator=torch.Generator().manual_seed(self.seed))
        scheduler.set_timesteps(self.steps)
        timesteps, at = scheduler.timesteps, 0
        if hasattr(scheduler, 'set_begin_index'):
            scheduler.set_begin_index(0)
        if self.begin is None:
            x = first * scheduler.init_noise_sigma
        else:
            # Where a step begins; PNDM and inverse DDIM only at 0.
            order = scheduler.order if self.name != 'PNDMScheduler' else 1
            at = int(self.begin * (len(timesteps) // order)) * order
            if hasattr(scheduler, 'set_begin_index'):
                scheduler.set_begin_index(at)
            x = scheduler.add_noise(self.picture, first, timesteps[at:at + 1])
            timesteps = timesteps[at:]
        self.at = at
        known = scheduler.step.__code__.co_varnames
        more = {STEP_NAMES[k]: v for k, v in self.step.items()}
        if 'generator' in known:
            more['generator'] = noises
        wants_variance = self.config.get('variance_type') in ('learned', 'learned_range') and \
            self.name == 'DDPMScheduler'
        xs, used = [], []
        for t in timesteps:
            shown = scheduler.scale_model_input(x, t)
            k, o = line(self.model, scheduler.config.prediction_type, float(t))
            answer = torch.tensor(k, dtype=torch.float32) * shown + \
                torch.tensor(o, dtype=torch.float32)
            if jitter:
                answer = answer * (1 + (torch.rand(SHAPE, generator=shaker) - 0.5) * 1.2e-7)
            if wants_variance:
                answer = torch.cat([answer, 0.8 * torch.sin(shown)], dim=1)
            before = noises.get_state()
            x = scheduler.step(answer, t, x, **more).prev_sample
            if jitter:
                x = x * (1 + (torch.rand(SHAPE, generator=shaker) - 0.5) * 1.2e-7)
            if not torch.equal(before, noises.get_state()):
                used.append(torch.randn(SHAPE, generator=copy))
            xs.append(x)
        return first, torch.stack(xs), timesteps, used

    def ours(self, cli, folder, first, used):
        tensors = {'initial_noise': first}
        if used:
            tensors['step_noise'] = torch.stack(used)
        more = []
        if self.begin is not None:
            tensors['picture'] = self.picture
            more = ['--begin', str(self.at)]
        for key, value in self.step.items():
            option = '--lms-order' if key == 'order' else '--' + key.replace('_', '-')
            if value != {'eta': 0.0, 'order': 4}.get(key):
                more += [option, str(value)]
        save_file(tensors, folder / 'noise.safetensors')
        (folder / 'config.json').write_text(json.dumps({'_class_name': self.name, **self.config}))
        done = subprocess.run(
            [cli, 'schedule', folder / 'config.json', '--steps', str(self.steps), '--toy',
             self.model, '--noise', folder / 'noise.safetensors', '-o', folder / 'out', *more],
            capture_output=True, text=True)
        if done.returncode:
            return None, None, done.stderr.strip()
        made = load_file(folder / 'out')
        return made['x_t'], made['timesteps'], ''


def distance(a, b):
    """The largest error relative to max (1, |b|) over a trajectory."""
    if a.shape != b.shape:
        return math.inf
    d = ((a - b).abs() / b.abs().clamp(min=1)).max().item()
    return math.inf if math.isnan(d) else d


def run_one(job):
    cli, name, seed, with_begin = job
    torch.set_num_threads(1)
    warnings.simplefilter('ignore')
    diffusers.utils.logging.set_verbosity_error()
    case = Case(name, seed, with_begin)
    try:
        first, theirs, timesteps, used = case.theirs(False)
        why = '' if torch.isfinite(theirs).all() else 'no number'
        spread = distance(case.theirs(True)[1], theirs) if not why else 0
    except Exception as error:  # whatever the library does not like
        why, spread = f'{type(error).__name__}: {error}', 0
    with tempfile.TemporaryDirectory() as folder:
        if why:
            first = torch.randn(SHAPE, generator=torch.Generator().manual_seed(seed))
            used = [first] * 100
            case.at = 0
        made, at, refused = case.ours(cli, pathlib.Path(folder), first, used)
    if why:
        kind = 'both refuse' if refused else \
            'theirs is no number' if why == 'no number' else 'we alone run'
        return kind, 0, 0, f'{case}\n    {why} | {refused}'
    if refused:
        return 'we alone refuse', 0, 0, f'{case}\n    {refused}'
    error = distance(made, theirs)
    if at.shape != timesteps.shape or not torch.equal(at.double(), timesteps.double()):
        note = f'timesteps {at.tolist()[:4]}.. {len(at)}, wanted {timesteps.tolist()[:4]}..' \
               f' {len(timesteps)}'
        worst = ((at.double() - timesteps.double()).abs().max().item()
                 if at.shape == timesteps.shape else math.inf)
        if worst > 1e-3:
            return 'timesteps', error, spread, f'{case}\n    {note}'
    return 'run', error, spread, str(case)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('cli')
    parser.add_argument('--count', type=int, default=100)
    parser.add_argument('--seed', type=int, default=None)
    parser.add_argument('--only', type=lambda text: text.split(','), default=list(CLASSES))
    parser.add_argument('--begin', action='store_true')
    parser.add_argument('--show', type=int, default=2)
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    args = parser.parse_args()
    seed = args.seed if args.seed is not None else random.SystemRandom().randrange(1 << 30)
    print(f'numpy {np.__version__}, torch {torch.__version__}, diffusers '
          f'{diffusers.__version__}, seed {seed}')
    is_bad = False
    rows = []
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        for name in args.only:
            jobs = [(args.cli, name, seed + i, args.begin) for i in range(args.count)]
            found = list(pool.map(run_one, jobs, chunksize=4))
            groups = collections.defaultdict(list)
            for kind, error, spread, text in found:
                limit = max(LIMIT, 4 * spread)
                if kind == 'run' and not error <= limit:
                    kind = 'too far'
                groups[kind].append((error, spread, text))
            ran = groups['run'] + groups['too far']
            worst = max((e for e, _, _ in ran), default=0)
            tight = max((e for e, s, _ in ran if 4 * s <= LIMIT), default=0)
            rows.append(f'| {name} | {len(ran)} | {len(groups["both refuse"])} | '
                        f'{len(groups["theirs is no number"])} | {len(groups["we alone refuse"])} | {len(groups["we alone run"])} | '
                        f'{len(groups["timesteps"])} | {len(groups["too far"])} | {tight:.1e} | '
                        f'{worst:.1e} |')
            print(rows[-1], flush=True)
            for kind in ('too far', 'timesteps', 'we alone refuse', 'we alone run'):
                is_bad = is_bad or bool(groups[kind])
                for error, spread, text in sorted(groups[kind], key=lambda g: -g[0])[:args.show]:
                    print(f'  {kind}: {error:.1e} (own spread {spread:.1e}) {text}')
    print('\n| class | run | both refuse | theirs is NaN | we alone refuse | we alone run | other timesteps | '
          'too far | worst where well-conditioned | worst |\n|---|---|---|---|---|---|---|---|---|---|')
    print('\n'.join(rows))
    sys.exit(int(is_bad))


if __name__ == '__main__':
    main()

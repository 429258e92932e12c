#!/usr/bin/env python3
"""Makes the cases of this folder with diffusers 0.40.0 (PyPI, with torch, scipy,
safetensors and numpy 1.26, whose arithmetic is that of the cases of ../schedulers; those
at the beginning of the list with torch 1.13 and numpy 1.24, as those of ../schedulers).

    python3 tests/data/schedulers-own/make.py [NAME...]

Options that no case of ../schedulers has, in the format of that folder.  The
models are those of that folder, evaluated on the processor in float32.
"""
import json
import math
import pathlib
import sys

import diffusers
import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
SHAPE = (1, 3, 4, 4)

# name: (class, keys, steps)
DPM = 'DPMSolverMultistepScheduler'
SINGLE = 'DPMSolverSinglestepScheduler'
CASES = {
    'dpmpp_beta_order3': (DPM, {'use_beta_sigmas': True, 'solver_order': 3}, 16),
    'dpmpp_zero_snr_beta': (DPM, {'use_beta_sigmas': True, 'rescale_betas_zero_snr': True,
                                  'prediction_type': 'v_prediction'}, 9),
    'unipc_zero_snr_karras': ('UniPCMultistepScheduler',
                              {'use_karras_sigmas': True, 'rescale_betas_zero_snr': True,
                               'prediction_type': 'v_prediction'}, 8),
    'unipc_order3_squaredcos_noise': ('UniPCMultistepScheduler',
                                      {'solver_order': 3, 'predict_x0': False,
                                       'beta_schedule': 'squaredcos_cap_v2',
                                       'prediction_type': 'sample',
                                       'final_sigmas_type': 'sigma_min'}, 14),
    'euler_log_linear_continuous_v': ('EulerDiscreteScheduler',
                                      {'interpolation_type': 'log_linear',
                                       'timestep_type': 'continuous',
                                       'prediction_type': 'v_prediction'}, 7),
    'deis_order1_thresholding_squaredcos': ('DEISMultistepScheduler',
                                            {'solver_order': 1, 'thresholding': True,
                                             'beta_schedule': 'squaredcos_cap_v2'}, 10),
    'deis_exponential_short_chain': ('DEISMultistepScheduler',
                                     {'use_exponential_sigmas': True, 'solver_order': 1,
                                      'num_train_timesteps': 100,
                                      'beta_schedule': 'scaled_linear'}, 11),
    'pndm_prk_trailing_wide': ('PNDMScheduler', {'beta_end': 0.05,
                                                 'timestep_spacing': 'trailing'}, 12),
    'kdpm2_exponential_squaredcos': ('KDPM2DiscreteScheduler',
                                     {'use_exponential_sigmas': True,
                                      'beta_schedule': 'squaredcos_cap_v2'}, 10),
    'lms_beta': ('LMSDiscreteScheduler', {'use_beta_sigmas': True}, 9),
    'dpmpp_exponential': (DPM, {'use_exponential_sigmas': True}, 12),
    'dpmpp_lu': (DPM, {'use_lu_lambdas': True, 'solver_order': 3}, 16),
    'dpmpp_karras_squaredcos': (DPM, {'use_karras_sigmas': True,
                                      'beta_schedule': 'squaredcos_cap_v2',
                                      'lambda_min_clipped': -5.1}, 10),
    'dpmpp_squaredcos_clipped': (DPM, {'beta_schedule': 'squaredcos_cap_v2',
                                       'lambda_min_clipped': -5.1}, 10),
    'dpmpp_trailing_clipped': (DPM, {'beta_schedule': 'squaredcos_cap_v2',
                                     'timestep_spacing': 'trailing',
                                     'lambda_min_clipped': -3.0}, 13),
    'dpmpp_zero_snr': (DPM, {'rescale_betas_zero_snr': True,
                             'timestep_spacing': 'trailing',
                             'prediction_type': 'v_prediction'}, 9),
    'dpmsolver_order3_sample': (DPM, {'algorithm_type': 'dpmsolver', 'solver_order': 3,
                                      'final_sigmas_type': 'sigma_min',
                                      'prediction_type': 'sample'}, 11),
    'dpmsolver_heun_v': (DPM, {'algorithm_type': 'dpmsolver', 'solver_type': 'heun',
                               'final_sigmas_type': 'sigma_min',
                               'prediction_type': 'v_prediction'}, 7),
    'dpmsolver_thresholding': (DPM, {'algorithm_type': 'dpmsolver', 'thresholding': True,
                                     'dynamic_thresholding_ratio': 0.9,
                                     'sample_max_value': 1.5,
                                     'final_sigmas_type': 'sigma_min'}, 10),
    'sde_dpmpp_heun': (DPM, {'algorithm_type': 'sde-dpmsolver++', 'solver_type': 'heun'},
                       10),
    'sde_dpmpp_order3': (DPM, {'algorithm_type': 'sde-dpmsolver++', 'solver_order': 3},
                         17),
    'sde_dpmsolver': (DPM, {'algorithm_type': 'sde-dpmsolver',
                            'final_sigmas_type': 'sigma_min'}, 10),
    'sde_dpmsolver_heun': (DPM, {'algorithm_type': 'sde-dpmsolver', 'solver_type': 'heun',
                                 'final_sigmas_type': 'sigma_min'}, 10),
    'euler_exponential': ('EulerDiscreteScheduler', {'use_exponential_sigmas': True,
                                                     'sigma_min': 0.05,
                                                     'sigma_max': 80.0}, 9),
    'euler_log_linear': ('EulerDiscreteScheduler', {'interpolation_type': 'log_linear'},
                         9),
    'euler_log_linear_karras': ('EulerDiscreteScheduler',
                                {'interpolation_type': 'log_linear',
                                 'use_karras_sigmas': True}, 9),
    'euler_continuous_v': ('EulerDiscreteScheduler', {'timestep_type': 'continuous',
                                                      'prediction_type': 'v_prediction'},
                           9),
    'euler_sample_offset': ('EulerDiscreteScheduler', {'prediction_type': 'sample',
                                                       'timestep_spacing': 'leading',
                                                       'steps_offset': 1}, 7),
    'euler_zero_snr': ('EulerDiscreteScheduler', {'rescale_betas_zero_snr': True,
                                                  'timestep_spacing': 'trailing',
                                                  'prediction_type': 'v_prediction'}, 9),
    'euler_one_step': ('EulerDiscreteScheduler', {}, 1),
    'euler_ancestral_trailing': ('EulerAncestralDiscreteScheduler',
                                 {'timestep_spacing': 'trailing'}, 13),
    'heun_exponential_clipped': ('HeunDiscreteScheduler',
                                 {'use_exponential_sigmas': True, 'clip_sample': True,
                                  'clip_sample_range': 0.8}, 8),
    'heun_exp_betas_v': ('HeunDiscreteScheduler', {'beta_schedule': 'exp',
                                                   'timestep_spacing': 'leading',
                                                   'prediction_type': 'v_prediction'}, 6),
    'heun_sample': ('HeunDiscreteScheduler', {'prediction_type': 'sample',
                                              'timestep_spacing': 'trailing'}, 6),
    'unipc_exponential': ('UniPCMultistepScheduler', {'use_exponential_sigmas': True,
                                                      'sigma_min': 0.05,
                                                      'sigma_max': 80.0}, 10),
    'unipc_karras_sigma_min': ('UniPCMultistepScheduler',
                               {'use_karras_sigmas': True,
                                'final_sigmas_type': 'sigma_min'}, 10),
    'unipc_order1': ('UniPCMultistepScheduler', {'solver_order': 1}, 10),
    'unipc_order3_20_not_lower': ('UniPCMultistepScheduler',
                                  {'solver_order': 3, 'lower_order_final': False,
                                   'final_sigmas_type': 'sigma_min'}, 20),
    'unipc_disable_corrector': ('UniPCMultistepScheduler', {'disable_corrector': [0, 3]},
                                10),
    'unipc_thresholding_sample': ('UniPCMultistepScheduler',
                                  {'thresholding': True, 'prediction_type': 'sample',
                                   'dynamic_thresholding_ratio': 0.9,
                                   'sample_max_value': 1.5}, 10),
    'unipc_bh1_noise_v': ('UniPCMultistepScheduler',
                          {'solver_type': 'bh1', 'predict_x0': False,
                           'prediction_type': 'v_prediction',
                           'timestep_spacing': 'trailing',
                           'final_sigmas_type': 'sigma_min'}, 10),
    'unipc_zero_snr': ('UniPCMultistepScheduler', {'rescale_betas_zero_snr': True,
                                                   'timestep_spacing': 'trailing',
                                                   'prediction_type': 'v_prediction'}, 9),
    'deis_default': ('DEISMultistepScheduler', {}, 10),
    'deis_order1_v': ('DEISMultistepScheduler', {'solver_order': 1, 'prediction_type':
                                                 'v_prediction'}, 10),
    'deis_order3_15': ('DEISMultistepScheduler', {'solver_order': 3}, 15),
    'deis_order3_few': ('DEISMultistepScheduler', {'solver_order': 3,
                                                   'timestep_spacing': 'leading',
                                                   'steps_offset': 1}, 8),
    'deis_karras': ('DEISMultistepScheduler', {'use_karras_sigmas': True}, 10),
    'deis_exponential': ('DEISMultistepScheduler', {'use_exponential_sigmas': True}, 10),
    'deis_thresholding_sample': ('DEISMultistepScheduler',
                                 {'thresholding': True, 'prediction_type': 'sample',
                                  'dynamic_thresholding_ratio': 0.9,
                                  'sample_max_value': 1.5}, 10),
    'lms_default': ('LMSDiscreteScheduler', {}, 10),
    'lms_karras': ('LMSDiscreteScheduler', {'use_karras_sigmas': True}, 10),
    'lms_exponential_v': ('LMSDiscreteScheduler', {'use_exponential_sigmas': True,
                                                   'prediction_type': 'v_prediction'}, 9),
    'lms_leading_sample': ('LMSDiscreteScheduler', {'timestep_spacing': 'leading',
                                                    'prediction_type': 'sample'}, 7),
    'lms_trailing': ('LMSDiscreteScheduler', {'timestep_spacing': 'trailing'}, 12),
    'lms_two': ('LMSDiscreteScheduler', {'timestep_spacing': 'leading'}, 2),
    'pndm_v_trailing': ('PNDMScheduler', {'prediction_type': 'v_prediction',
                                          'timestep_spacing': 'trailing'}, 12),
    'pndm_four_steps': ('PNDMScheduler', {'set_alpha_to_one': True}, 4),
    'pndm_skip_prk_linspace_v': ('PNDMScheduler', {'skip_prk_steps': True,
                                                   'prediction_type': 'v_prediction',
                                                   'timestep_spacing': 'linspace'}, 9),
    'pndm_skip_prk_two': ('PNDMScheduler', {'skip_prk_steps': True}, 2),
    'pndm_skip_prk_one': ('PNDMScheduler', {'skip_prk_steps': True}, 1),
    'single_default': (SINGLE, {}, 10),
    'single_default_odd': (SINGLE, {}, 9),
    'single_one_step_v': (SINGLE, {'prediction_type': 'v_prediction'}, 1),
    'single_two_steps_order3': (SINGLE, {'solver_order': 3}, 2),
    'single_order1_v': (SINGLE, {'solver_order': 1, 'prediction_type': 'v_prediction'}, 8),
    'single_order3_9': (SINGLE, {'solver_order': 3}, 9),
    'single_order3_10_lower': (SINGLE, {'solver_order': 3, 'lower_order_final': True,
                                        'final_sigmas_type': 'sigma_min'}, 10),
    'single_order3_11_heun': (SINGLE, {'solver_order': 3, 'solver_type': 'heun',
                                       'final_sigmas_type': 'sigma_min'}, 11),
    'single_order3_12_whole': (SINGLE, {'solver_order': 3, 'solver_type': 'heun',
                                        'final_sigmas_type': 'sigma_min'}, 12),
    'single_dpmsolver': (SINGLE, {'algorithm_type': 'dpmsolver',
                                  'final_sigmas_type': 'sigma_min'}, 10),
    'single_dpmsolver_order3_heun': (SINGLE, {'algorithm_type': 'dpmsolver',
                                              'solver_order': 3, 'solver_type': 'heun',
                                              'prediction_type': 'sample',
                                              'final_sigmas_type': 'sigma_min'}, 12),
    'single_sde': (SINGLE, {'algorithm_type': 'sde-dpmsolver++'}, 10),
    'single_sde_order3_heun': (SINGLE, {'algorithm_type': 'sde-dpmsolver++',
                                        'solver_order': 3, 'solver_type': 'heun'}, 12),
    'single_karras_squaredcos': (SINGLE, {'use_karras_sigmas': True,
                                          'beta_schedule': 'squaredcos_cap_v2',
                                          'lambda_min_clipped': -5.1}, 10),
    'single_exponential': (SINGLE, {'use_exponential_sigmas': True,
                                    'final_sigmas_type': 'sigma_min'}, 10),
    'single_thresholding_clipped': (SINGLE, {'thresholding': True,
                                             'dynamic_thresholding_ratio': 0.9,
                                             'sample_max_value': 1.5,
                                             'lambda_min_clipped': -3.0}, 10),
    'kdpm2_default': ('KDPM2DiscreteScheduler', {}, 10),
    'kdpm2_one_step': ('KDPM2DiscreteScheduler', {}, 1),
    'kdpm2_karras': ('KDPM2DiscreteScheduler', {'use_karras_sigmas': True}, 9),
    'kdpm2_exponential_v': ('KDPM2DiscreteScheduler', {'use_exponential_sigmas': True,
                                                       'prediction_type':
                                                       'v_prediction'}, 8),
    'kdpm2_leading_offset1': ('KDPM2DiscreteScheduler', {'timestep_spacing': 'leading',
                                                         'steps_offset': 1}, 7),
    'kdpm2_trailing': ('KDPM2DiscreteScheduler', {'timestep_spacing': 'trailing',
                                                  'beta_schedule': 'squaredcos_cap_v2'},
                       13),
    'kdpm2_ancestral_default': ('KDPM2AncestralDiscreteScheduler', {}, 10),
    'kdpm2_ancestral_two_steps': ('KDPM2AncestralDiscreteScheduler', {}, 2),
    'kdpm2_ancestral_karras_v': ('KDPM2AncestralDiscreteScheduler',
                                 {'use_karras_sigmas': True,
                                  'prediction_type': 'v_prediction'}, 9),
    'kdpm2_ancestral_leading': ('KDPM2AncestralDiscreteScheduler',
                                {'timestep_spacing': 'leading'}, 7),
    'kdpm2_ancestral_trailing': ('KDPM2AncestralDiscreteScheduler',
                                 {'timestep_spacing': 'trailing'}, 12),
    'ddim_inverse_default': ('DDIMInverseScheduler', {}, 10),
    'ddim_inverse_trailing_v': ('DDIMInverseScheduler',
                                {'timestep_spacing': 'trailing',
                                 'prediction_type': 'v_prediction',
                                 'clip_sample': False}, 7),
    'ddim_inverse_offset1_sample': ('DDIMInverseScheduler',
                                    {'steps_offset': 1, 'set_alpha_to_one': False,
                                     'prediction_type': 'sample'}, 9),
    'ddim_inverse_zero_snr': ('DDIMInverseScheduler',
                              {'rescale_betas_zero_snr': True, 'clip_sample_range': 0.8,
                               'timestep_spacing': 'trailing',
                               'prediction_type': 'v_prediction'}, 12),
    'lcm_default': ('LCMScheduler', {}, 4),
    'lcm_one_step': ('LCMScheduler', {}, 1),
    'lcm_all_steps': ('LCMScheduler', {'original_inference_steps': 7,
                                       'timestep_scaling': 3.0}, 7),
    'lcm_clipped_v': ('LCMScheduler', {'clip_sample': True, 'clip_sample_range': 0.9,
                                       'prediction_type': 'v_prediction',
                                       'beta_schedule': 'squaredcos_cap_v2'}, 9),
    'lcm_thresholding_sample': ('LCMScheduler', {'thresholding': True,
                                                 'prediction_type': 'sample',
                                                 'dynamic_thresholding_ratio': 0.9,
                                                 'sample_max_value': 1.5}, 6),
    'dpmpp_beta': (DPM, {'use_beta_sigmas': True}, 16),
    'single_beta': (SINGLE, {'use_beta_sigmas': True,
                             'final_sigmas_type': 'sigma_min'}, 10),
    'euler_beta_min_max': ('EulerDiscreteScheduler', {'use_beta_sigmas': True,
                                                      'sigma_min': 0.05,
                                                      'sigma_max': 80.0}, 9),
    'heun_beta_v': ('HeunDiscreteScheduler', {'use_beta_sigmas': True, 'prediction_type':
                                              'v_prediction'}, 7),
    'unipc_beta': ('UniPCMultistepScheduler', {'use_beta_sigmas': True}, 10),
    'deis_beta': ('DEISMultistepScheduler', {'use_beta_sigmas': True}, 10),
    'lms_beta': ('LMSDiscreteScheduler', {'use_beta_sigmas': True,
                                          'timestep_spacing': 'trailing'}, 12),
    'kdpm2_beta': ('KDPM2DiscreteScheduler', {'use_beta_sigmas': True}, 5),
    'kdpm2_ancestral_beta': ('KDPM2AncestralDiscreteScheduler',
                             {'use_beta_sigmas': True}, 6),
}


def line(model, kind, t):
    """Models A and B of ../schedulers: output = k x + o."""
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


def run(name, class_name, keys, n_steps):
    scheduler = getattr(diffusers, class_name)(**keys)
    scheduler.set_timesteps(n_steps)
    # Where the first two timesteps round to the same, the library begins at the second.
    if hasattr(scheduler, 'set_begin_index'):
        scheduler.set_begin_index(0)
    generator = torch.Generator('cpu').manual_seed(sum(name.encode()))
    noises = torch.Generator('cpu').manual_seed(1 + sum(name.encode()))
    noise_copy = torch.Generator('cpu').manual_seed(1 + sum(name.encode()))
    x = torch.randn(SHAPE, generator=generator)
    out = {'x_init': x, 'timesteps': scheduler.timesteps.clone()}
    if hasattr(scheduler, 'sigmas'):
        out['sigmas'] = scheduler.sigmas.clone()
    if hasattr(scheduler, 'sigmas_interpol'):
        # What the network is asked at: every second evaluation lies between two sigmas.
        lag = 1 if 'Ancestral' in class_name else 0
        for i in range(1, len(scheduler.timesteps), 2):
            out['sigmas'][i] = scheduler.sigmas_interpol[i - lag]
    if out['timesteps'].dtype == torch.float64:
        out['timesteps'] = out['timesteps'].float()
    stacks = {}
    noisy = []
    # A timestep that is a logarithm may be negative, of which B has no root.
    model = 'A' if keys.get('timestep_type') == 'continuous' else 'B'
    x = x * scheduler.init_noise_sigma
    arguments = {}
    if 'generator' in scheduler.step.__code__.co_varnames:
        arguments['generator'] = noises
    for i, t in enumerate(scheduler.timesteps):
        shown = scheduler.scale_model_input(x, t)
        kind = scheduler.config.prediction_type
        k, o = line(model, kind, float(t))
        answer = torch.tensor(k, dtype=torch.float32) * shown + \
            torch.tensor(o, dtype=torch.float32)
        before = noises.get_state()
        made = scheduler.step(answer, t, x, **arguments)
        if not torch.equal(before, noises.get_state()):
            noisy.append(i)
            stacks.setdefault('noise', []).append(torch.randn(SHAPE, generator=noise_copy))
        if shown is not x:
            stacks.setdefault('scaled_model_input', []).append(shown)
        x = made.prev_sample
        stacks.setdefault('model_output', []).append(answer)
        stacks.setdefault('prev_sample', []).append(x)
        for key in ('pred_original_sample', 'denoised'):
            if getattr(made, key, None) is not None:
                stacks.setdefault('pred_original_sample', []).append(made[key])
    assert torch.isfinite(x).all(), name
    out.update({key: torch.stack(values) for key, values in stacks.items()})
    save_file({key: value.contiguous() for key, value in out.items()},
              HERE / f'{name}.safetensors')
    config = json.loads(scheduler.to_json_string())
    case = {'name': name, 'scheduler': class_name, 'num_inference_steps': n_steps,
            'shape': list(SHAPE), 'model': model, 'six_channel_model': False,
            'step_arguments': {}, 'init_noise_sigma': float(scheduler.init_noise_sigma),
            'timesteps': out['timesteps'].tolist(), 'scheduler_config': config,
            'noise_used_at_step': noisy}
    (HERE / f'{name}.json').write_text(json.dumps(case, indent=1) + '\n')


def main():
    for name in sys.argv[1:] or CASES:
        run(name, *CASES[name])
    (HERE / 'index.json').write_text(json.dumps({'cases': list(CASES)}, indent=1) + '\n')


main()

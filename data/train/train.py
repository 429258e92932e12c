"""Train the demo checkpoint's network on phantom pairs; see README.md.

Workers (one single-threaded process a core) share the weights, the optimizer
and the EMA in memory.  Each takes the next batch, computes its gradient on
the weights as they stand, and applies it under a lock ("Hogwild", Niu et al.
2011): a core that other programs slow down never holds up the other.
"""
import argparse
import math
import os
import signal
import time

import torch
import torch.multiprocessing as mp

import pairs as P

N_TIMESTEPS = 1000
BETA_ADAM = (0.9, 0.99)
EMA_DECAY = 0.999       # reached by warm-up: min (0.999, (1 + n) / (10 + n))
WARM_UP_STEPS = 300     # of the learning rate
DECAY_FROM = 0.5        # of the planned images; from there a cosine to 0
CLIP_NORM = 1.0
STATE_VERSION = 1
UNLIMITED = 10**9
HAS_BFLOAT16 = torch.cpu._is_avx512_bf16_supported()    # elsewhere it is emulated, ten times slower


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", required=True, help="folder of pair-*.png, or a raw .u8 file")
    parser.add_argument("--state", required=True, help="resume file; made if absent")
    parser.add_argument("--from", dest="start", metavar="CHECKPOINT",
                        help="begin with this checkpoint's weights, not with random ones")
    parser.add_argument("--phases", default="64:70000,128:33000", help="SIZE:IMAGES,... (%(default)s)")
    parser.add_argument("--minutes", type=float, help="end after so many minutes: the last phase is made "
                        "longer or shorter to fit, and the learning rate still falls to 0")
    parser.add_argument("--lr", type=float, default=8e-4)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save-every", type=float, default=180, help="seconds (%(default)g)")
    return parser.parse_args()


class Training:
    """Everything the workers share; every tensor lies in shared memory.

    images: seen so far in each phase; counters: batches taken, optimizer
    steps; loss: sum and batches since the last log line; rate: the learning
    rate now.
    """

    def __init__(self, arguments):
        self.phases = [tuple(map(int, phase.split(":"))) for phase in arguments.phases.split(",")]
        torch.manual_seed(arguments.seed)
        network = P.load_network(arguments.start) if arguments.start else P.make_network()
        self.model = network.to(memory_format=torch.channels_last)
        self.weights = list(self.model.parameters())
        self.ema = [w.detach().clone() for w in self.weights]
        self.optimizer = torch.optim.AdamW(self.weights, arguments.lr, BETA_ADAM, weight_decay=0.01, fused=True)
        self.images = torch.zeros(len(self.phases), dtype=torch.int64)
        self.counters = torch.zeros(2, dtype=torch.int64)
        self.loss = torch.zeros(2, dtype=torch.float64)
        self.rate = torch.zeros(1, dtype=torch.float64)
        self.seconds = [0.0] * len(self.phases)     # wall time in each phase
        self.seed = arguments.seed
        if os.path.exists(arguments.state):
            self.load(arguments.state)
        else:
            self.fill_optimizer()
        for tensor in self.tensors():
            tensor.share_memory_()

    def fill_optimizer(self):
        """Make the optimizer's state before the workers start, so that they share it."""
        for w in self.weights:
            self.optimizer.state[w] = {"step": torch.zeros(()), "exp_avg": torch.zeros_like(w),
                                       "exp_avg_sq": torch.zeros_like(w)}

    def tensors(self):
        state = [t for w in self.weights for t in self.optimizer.state[w].values()]
        return [w.data for w in self.weights] + self.ema + state + [self.images, self.counters, self.loss, self.rate]

    def phase(self):
        """Index of the phase under way, or None when all are done."""
        for index, (_, wanted) in enumerate(self.phases):
            if self.images[index] < wanted:
                return index
        return None

    def save(self, path):
        """Write the resume file under another name, then put it in place; call with the lock held."""
        names = [name for name, _ in self.model.named_parameters()]
        ema = {name: tensor.clone() for name, tensor in zip(names, self.ema)}
        torch.save({
            "version": STATE_VERSION, "phases": self.phases, "seed": self.seed,
            "images": self.images.tolist(), "counters": self.counters.tolist(), "seconds": self.seconds,
            "model": self.model.state_dict(), "ema": ema, "optimizer": self.optimizer.state_dict()}, path + ".part")
        with open(path + ".part", "rb") as file:
            os.fsync(file.fileno())
        os.replace(path + ".part", path)

    def load(self, path):
        state = torch.load(path, weights_only=True)
        if state["version"] != STATE_VERSION:
            raise SystemExit(f"{path}: state version {state['version']}, wanted {STATE_VERSION}")
        sizes = [size for size, _ in self.phases]
        if [size for size, _ in state["phases"]] != sizes:
            raise SystemExit(f"{path}: made with phases {state['phases']}, asked for sizes {sizes}")
        self.model.load_state_dict(state["model"])
        self.fill_optimizer()
        lr = self.optimizer.param_groups[0]["lr"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.optimizer.param_groups[0]["lr"] = lr
        for (name, _), tensor in zip(self.model.named_parameters(), self.ema):
            tensor.copy_(state["ema"][name])
        self.seed = state["seed"]
        self.images.copy_(torch.tensor(state["images"]))
        self.counters.copy_(torch.tensor(state["counters"]))
        self.seconds = list(state["seconds"])


def draw(pairs, size, batch, seed, alphas_cumprod):
    """Return noisy pictures, timesteps and v targets; seed alone decides them.

    Timesteps are stratified over the batch.  v = sqrt(a) noise - sqrt(1 - a) x0
    (Salimans and Ho 2022, section 4).
    """
    generator = torch.Generator().manual_seed(seed)
    indices = torch.randint(len(pairs), (batch,), generator=generator)
    x0 = P.batch(pairs, indices.numpy(), size)
    u = (torch.rand(1, generator=generator) + torch.arange(batch)) / batch
    t = (u * N_TIMESTEPS).long().clamp(max=N_TIMESTEPS - 1)
    noise = torch.randn(x0.shape, generator=generator)
    a = alphas_cumprod[t].view(-1, 1, 1, 1)
    x = a.sqrt() * x0 + (1 - a).sqrt() * noise
    v = a.sqrt() * noise - (1 - a).sqrt() * x0
    return x.to(memory_format=torch.channels_last), t, v


def take(training, lock, batch):
    """Return the next batch's number and phase, or None at the end."""
    with lock:
        phase = training.phase()
        if phase is None:
            return None
        training.images[phase] += batch
        training.counters[0] += 1
        return int(training.counters[0]), phase


def apply(training, lock, loss):
    """One optimizer step and EMA update from this worker's gradients."""
    norm = torch.nn.utils.clip_grad_norm_(training.weights, CLIP_NORM)
    if not torch.isfinite(norm):
        return
    with lock:
        for group in training.optimizer.param_groups:
            group["lr"] = float(training.rate)
        training.optimizer.step()
        training.counters[1] += 1
        n = int(training.counters[1])
        decay = min(EMA_DECAY, (1 + n) / (10 + n))
        with torch.no_grad():
            torch._foreach_lerp_(training.ema, training.weights, 1 - decay)
        training.loss += torch.tensor([loss, 1.0], dtype=torch.float64)


def work(training, lock, stop, arguments):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    pairs = P.open_pairs(arguments.pairs)
    alphas_cumprod = P.make_scheduler().alphas_cumprod
    while not stop.is_set():
        taken = take(training, lock, arguments.batch)
        if taken is None:
            break
        number, phase = taken
        x, t, v = draw(pairs, training.phases[phase][0], arguments.batch,
                       training.seed * 2**32 + number, alphas_cumprod)
        with torch.autocast("cpu", torch.bfloat16, enabled=HAS_BFLOAT16):
            output = training.model(x, t).sample
        loss = torch.nn.functional.mse_loss(output.float(), v)
        loss.backward()
        apply(training, lock, float(loss.detach()))
        training.optimizer.zero_grad(set_to_none=True)


class Plan:
    """How many images there will be in the end, and the learning rate that follows from it.

    Without --minutes that is what --phases asks for.  With it, the last phase
    is as long as the rate of the last ten minutes lets it be.
    """

    def __init__(self, arguments, training):
        self.lr = arguments.lr
        self.asked = sum(wanted for _, wanted in training.phases)
        self.end = time.monotonic() + arguments.minutes * 60 if arguments.minutes else None
        self.phase = None
        self.history = []       # (time, images) of the phase under way
        self.planned = self.asked
        if self.end:            # the clock ends the last phase, not its quota
            training.phases[-1] = (training.phases[-1][0], UNLIMITED)

    def follow(self, training, phase, now):
        images = int(training.images.sum())
        if phase != self.phase:
            self.phase, self.history = phase, []
        self.history = [h for h in self.history if now - h[0] < 600] + [(now, images)]
        before, n_before = self.history[0]
        if self.end and phase == len(training.phases) - 1 and now - before >= 60:
            self.planned = max(1, images + max(0, self.end - now) * (images - n_before) / (now - before))
        training.rate[0] = self.learning_rate(images, int(training.counters[1]))

    def learning_rate(self, images, steps):
        """Warm-up, then constant, then a cosine to 0 over the last part of the planned images."""
        done = images / self.planned
        decay = min(1.0, max(0.0, (done - DECAY_FROM) / (1 - DECAY_FROM)))
        return self.lr * min(1.0, (steps + 1) / WARM_UP_STEPS) * 0.5 * (1 + math.cos(math.pi * decay))

    def is_over(self, now):
        return self.end is not None and now >= self.end


def log(training, plan):
    total, batches = training.loss.tolist()
    training.loss.zero_()
    print(time.strftime("%H:%M:%S", time.gmtime()),
          "images", " ".join(f"{size}:{int(n)}" for (size, _), n in zip(training.phases, training.images)),
          f"of about {int(plan.planned)} steps {int(training.counters[1])}",
          f"loss {total / max(1, batches):.4f} lr {float(training.rate):.2e}",
          "seconds", " ".join(f"{s:.0f}" for s in training.seconds), flush=True)


def watch(training, plan, workers, lock, stop, arguments):
    """Set the learning rate, log and save, until the workers are done."""
    last = saved = logged = time.monotonic()
    while any(worker.is_alive() for worker in workers):
        time.sleep(1)
        now = time.monotonic()
        phase = training.phase()
        if phase is not None:
            training.seconds[phase] += now - last
            plan.follow(training, phase, now)
        last = now
        if plan.is_over(now):
            stop.set()
        if now - logged >= 60:
            log(training, plan)
            logged = now
        if now - saved >= arguments.save_every:
            with lock:
                training.save(arguments.state)
            saved = now


def main():
    arguments = parse_arguments()
    torch.set_num_threads(1)
    P.open_pairs(arguments.pairs)
    processes = mp.get_context("fork")
    lock, stop = processes.Lock(), processes.Event()
    training = Training(arguments)
    plan = Plan(arguments, training)
    training.rate[0] = plan.learning_rate(int(training.images.sum()), int(training.counters[1]))
    workers = [processes.Process(target=work, args=(training, lock, stop, arguments))
               for _ in range(arguments.workers)]
    for worker in workers:
        worker.start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    watch(training, plan, workers, lock, stop, arguments)
    log(training, plan)
    training.save(arguments.state)
    if any(worker.exitcode for worker in workers):
        raise SystemExit("a worker failed; what was trained is saved")


if __name__ == "__main__":
    main()

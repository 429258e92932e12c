"""Write a resume file's EMA weights as a diffusers pipeline folder in half precision."""
import argparse
import json
import os

import torch

import pairs as P


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", required=True, help="resume file of train.py")
    parser.add_argument("--out", required=True, help="folder to write the pipeline into")
    parser.add_argument("--trained-on", default="", help="words for diptych.json")
    arguments = parser.parse_args()

    from diffusers import DDIMPipeline

    state = torch.load(arguments.state, weights_only=True)
    network = P.make_network()
    network.load_state_dict({name: w.contiguous() for name, w in state["ema"].items()})
    DDIMPipeline(network.half(), P.make_scheduler()).save_pretrained(arguments.out, safe_serialization=True)
    os.chmod(os.path.join(arguments.out, "unet", "diffusion_pytorch_model.safetensors"), 0o644)
    with open(os.path.join(arguments.out, "diptych.json"), "w") as file:
        json.dump({"third_channel": "absdiff", "trained_on": arguments.trained_on}, file, indent=2)
        file.write("\n")
    images = ", ".join(f"{n} at {size}" for (size, _), n in zip(state["phases"], state["images"]))
    print(f"{arguments.out}: EMA weights after {state['counters'][1]} steps ({images} images)")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Seconds from the command to the first step of the demo, and to the whole process's end,
on a fresh account and the second time.

usage: start-up.py DIPTYCH_CLI [--checkpoint DIR] [--times 2]

Every process is new; the caches of the program and of Mesa start empty.  What is timed
is `sample --steps 1`: opening, compiling, one step, one picture.  Not part of ./check.
"""
import argparse
import os
import subprocess
import tempfile
import time


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('cli')
    parser.add_argument('--checkpoint')
    parser.add_argument('--times', type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='diptych-start-up-') as home:
        environment = dict(os.environ, XDG_CACHE_HOME=f'{home}/cache', HOME=home,
                           MESA_SHADER_CACHE_DIR=f'{home}/mesa')
        os.makedirs(f'{home}/mesa')
        for i in range(options.times):
            command = [options.cli, '--quiet', 'sample', '--steps', '1', '-o', f'{home}/{i}']
            if options.checkpoint:
                command.insert(3, options.checkpoint)
            start = time.monotonic()
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            print(f'{"fresh account" if i == 0 else "again":14} {time.monotonic() - start:6.2f} s'
                  f' (load {os.getloadavg()[0]:.1f})', flush=True)


main()

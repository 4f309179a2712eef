"""The parts of `src/bench/run`."""

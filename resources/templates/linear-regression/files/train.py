"""Fit a straight line to points by gradient descent. Needs nothing but Python."""

import argparse
import json
import math
import random
import sys
from pathlib import Path

try:
    from azureml.logging import get_azureml_logger
except ImportError:  # outside Workbench: show the metrics instead of keeping them

    class _PrintingLogger:
        def log(self, name, value):
            print(f"{name}: {value}")

    def get_azureml_logger():
        return _PrintingLogger()


def make_points(count, seed):
    """Return points that scatter around the line y = 3x + 2."""
    dice = random.Random(seed)
    places = [dice.uniform(-2, 2) for _ in range(count)]
    return [(x, 3 * x + 2 + dice.gauss(0, 0.5)) for x in places]


def gradient_step(points, slope, intercept, learning_rate):
    """Move the line a little towards the points; return it with its loss before the step."""
    misses = [slope * x + intercept - y for x, y in points]
    loss = sum(miss * miss for miss in misses) / len(points)
    slope_change = 2 * sum((slope * x + intercept - y) * x for x, y in points) / len(points)
    intercept_change = 2 * sum(misses) / len(points)
    return (
        slope - learning_rate * slope_change,
        intercept - learning_rate * intercept_change,
        loss,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learning-rate", type=float, default=0.05)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    run_logger = get_azureml_logger()
    points = make_points(200, options.seed)
    slope = intercept = loss = 0.0
    for epoch in range(1, options.epochs + 1):
        slope, intercept, loss = gradient_step(points, slope, intercept, options.learning_rate)
        if not math.isfinite(loss) or loss > 1e6:
            sys.exit(f"The loss grew out of bounds in epoch {epoch}: use a smaller learning rate.")
        run_logger.log("loss", loss)
        if epoch % 10 == 0:
            print(f"Epoch {epoch}: loss {loss:.4f}")

    run_logger.log("slope", slope)
    run_logger.log("intercept", intercept)
    print(f"y = {slope:.3f} x + {intercept:.3f}")

    outputs = Path("outputs")
    outputs.mkdir(exist_ok=True)
    line = {"slope": slope, "intercept": intercept, "loss": loss, "epochs": options.epochs}
    (outputs / "model.json").write_text(json.dumps(line, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

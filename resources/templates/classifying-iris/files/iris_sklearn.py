"""Train a classifier on the Iris data.

Usage: python iris_sklearn.py [REGULARIZATION_RATE]
"""

import argparse
import csv
import pickle
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import auc, confusion_matrix, precision_recall_curve, roc_curve
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, label_binarize

try:
    import matplotlib
except ImportError:  # everything but the pictures works without it
    matplotlib = None
else:
    matplotlib.use("Agg")  # draw into files: there may be no screen
    from matplotlib import pyplot as plt

try:
    from azureml.logging import get_azureml_logger
except ImportError:  # outside Workbench: show the metrics instead of keeping them

    class _PrintingLogger:
        def log(self, name, value):
            print(f"{name}: {value}")

    def get_azureml_logger():
        return _PrintingLogger()


HERE = Path(__file__).resolve().parent
OUTPUTS = Path("outputs")


def positive_number(text):
    """Turn an argument into a number above zero."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be a number above zero")
    return number


def load_flowers():
    """Return the measurements (one row a flower) and the species of each flower."""
    with (HERE / "iris.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    sizes = np.array([[float(value) for value in row[:4]] for row in rows])
    species = np.array([row[4] for row in rows])
    return sizes, species


def thinned(values, count=50):
    """Return at most `count` of the values, evenly spread, as plain numbers."""
    places = np.linspace(0, len(values) - 1, min(count, len(values))).astype(int)
    return [round(float(values[place]), 6) for place in places]


def draw_confusion_matrix(counts, names):
    figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
    picture = axes.imshow(counts, cmap="Blues")
    figure.colorbar(picture)
    for row, column in np.ndindex(counts.shape):
        dark = counts[row, column] > counts.max() / 2
        axes.text(column, row, counts[row, column], ha="center", color="white" if dark else "black")
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("Predicted species")
    axes.set_ylabel("True species")
    figure.savefig(OUTPUTS / "confusion_matrix.png", dpi=120)
    plt.close(figure)


def draw_roc(truth, scores, names):
    figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
    for place, name in enumerate(names):
        false_positive, true_positive, _ = roc_curve(truth[:, place], scores[:, place])
        area = auc(false_positive, true_positive)
        axes.plot(false_positive, true_positive, label=f"{name} (area {area:.3f})")
    axes.plot([0, 1], [0, 1], color="gray", linestyle="--")
    axes.set_xlabel("False positive rate")
    axes.set_ylabel("True positive rate")
    axes.legend(loc="lower right")
    figure.savefig(OUTPUTS / "roc.png", dpi=120)
    plt.close(figure)


def draw(counts, truth, scores, names):
    """Save the pictures, if matplotlib is installed."""
    if matplotlib is None:
        print("No pictures: matplotlib is not installed.")
        return
    draw_confusion_matrix(counts, names)
    draw_roc(truth, scores, names)


def main():
    parser = argparse.ArgumentParser(description="Train a classifier on the Iris data.")
    parser.add_argument(
        "rate",
        nargs="?",
        type=positive_number,
        default=0.01,
        help="regularization rate (default: 0.01)",
    )
    rate = parser.parse_args().rate

    run_logger = get_azureml_logger()
    run_logger.log("Regularization Rate", rate)

    sizes, species = load_flowers()
    train_sizes, test_sizes, train_species, test_species = train_test_split(
        sizes, species, test_size=0.4, stratify=species, random_state=4
    )
    print(f"Training on {len(train_sizes)} flowers, testing on {len(test_sizes)}")

    # scikit-learn takes the inverse of the rate
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1 / rate, max_iter=5000))
    model.fit(train_sizes, train_species)

    accuracy = float(model.score(test_sizes, test_species))
    print(f"Accuracy is {accuracy:.4f}")
    run_logger.log("Accuracy", accuracy)

    names = [str(name) for name in model.classes_]
    truth = label_binarize(test_species, classes=names)
    scores = model.predict_proba(test_sizes)
    precision, recall, _ = precision_recall_curve(truth.ravel(), scores.ravel())
    run_logger.log("Precision", thinned(precision))
    run_logger.log("Recall", thinned(recall))

    OUTPUTS.mkdir(exist_ok=True)
    counts = confusion_matrix(test_species, model.predict(test_sizes), labels=names)
    print("Confusion matrix (rows are the true species):")
    print(counts)
    draw(counts, truth, scores, names)
    with (OUTPUTS / "model.pkl").open("wb") as file:
        pickle.dump(model, file)
    print("The model is in outputs/model.pkl")


if __name__ == "__main__":
    main()

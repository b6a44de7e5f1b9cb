"""Sample data of the Restore page."""

from collections.abc import Sequence

from workbench.core.pending_commit import PendingCommit
from workbench.core.restore import ChangeKind, FileChange, RestorePlan
from workbench.core.run import RunStatus
from workbench.core.snapshot import MODE_FILE, TreeEntry
from workbench.core.text_diff import DiffDocument, diff_contents
from workbench.viewmodels.restore_states import RestorePhase, RestoreState

BRANCH = "feature/ft-transformer"
OLD = """\"\"\"Train the model.\"\"\"

import argparse
from pathlib import Path

import torch
from azureml.logging import get_azureml_logger

from features import load_split
from models.ft_transformer import build_model

run_logger = get_azureml_logger()


def helper(name):
    # unchanged
    return Path(name)


SEED = 17
LIMIT = 200


def train(args):
    x_train, x_valid, y_train, y_valid = load_split()
    model = build_model(args).to("cuda")
    opt = torch.optim.AdamW(model.parameters(), args.lr)
    for epoch in range(args.epochs):
        loss = step(model, opt, x_train, y_train)
        auc = evaluate(model, x_valid, y_valid)
        run_logger.log("val_auc", auc)
        run_logger.log("train_loss", loss)
    return model


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=3e-4)
    args = parser.parse_args()
    train(args)
"""
_LOOP = OLD[OLD.index("    opt = ") : OLD.index("    return model\n\n")]
NEW = (
    OLD.replace("import torch\n", "import xgboost as xgb\n")
    .replace("ft_transformer", "xgb")
    .replace('.to("cuda")', "")
    .replace(
        _LOOP,
        "    model.fit(x_train, y_train,\n"
        "              eval_set=[(x_valid, y_valid)],\n"
        "              verbose=50)\n"
        "    auc = evaluate(model, x_valid, y_valid)\n"
        '    run_logger.log("val_auc", auc)\n',
    )
)


def change(
    path: str, kind: ChangeKind, *, size: int = 1_000, uncommitted: bool = False
) -> FileChange:
    entry = TreeEntry(path, MODE_FILE, "0" * 40, size)
    before = None if kind is ChangeKind.ADDED_BACK else entry
    after = None if kind is ChangeKind.DELETED else entry
    return FileChange(path, kind, before, after, uncommitted)


CHANGES = tuple(
    sorted(
        (
            change("models/xgb.py", ChangeKind.ADDED_BACK),
            change("notebooks/shap_review.ipynb", ChangeKind.ADDED_BACK, size=212_000),
            change("README.md", ChangeKind.MODIFIED),
            change("config/model.yaml", ChangeKind.MODIFIED, uncommitted=True),
            change("features.py", ChangeKind.MODIFIED),
            change("requirements.txt", ChangeKind.MODIFIED),
            change("train.py", ChangeKind.MODIFIED, uncommitted=True),
            change("config/schedule.yaml", ChangeKind.DELETED),
            change("models/ft_transformer.py", ChangeKind.DELETED, uncommitted=True),
        ),
        key=lambda item: item.path,
    )
)
COUNTS = {
    "models/xgb.py": (84, 0),
    "README.md": (3, 9),
    "config/model.yaml": (6, 11),
    "features.py": (12, 31),
    "requirements.txt": (1, 3),
    "config/schedule.yaml": (0, 18),
    "models/ft_transformer.py": (0, 163),
}
PENDING = PendingCommit(
    (
        change("new/data.csv", ChangeKind.ADDED_BACK),
        change("config/model.yaml", ChangeKind.MODIFIED),
        change("train.py", ChangeKind.MODIFIED),
        change("models/ft_transformer.py", ChangeKind.DELETED),
    ),
    branch=BRANCH,
    after="71b0f4a1",
    author="Ada Example <ada@example.org>",
    hooks=("pre-commit", "commit-msg"),
)
KEPT = (".venv/", "__pycache__/", "data/raw/", "outputs/")


def plan(changes: Sequence[FileChange] = CHANGES, branch: str = BRANCH) -> RestorePlan:
    return RestorePlan(
        "7d1c0000-0000-4000-8000-00000000c4d8",
        "churn_1715675336",
        121,
        "71b0f4a" + "0" * 33,
        tuple(changes),
        KEPT,
        621,
        300_000,
        branch,
    )


def ready_state() -> RestoreState:
    return RestoreState(
        121,
        RunStatus.COMPLETED,
        "71b0f4a" + "0" * 33,
        "Yesterday 17:52",
        "train.py --model xgb --max-depth 6",
        RestorePhase.READY,
        plan(),
        "train.py",
        diff_contents(OLD.encode(), NEW.encode()),
        COUNTS,
    )


def document(old: str = OLD, new: str = NEW) -> DiffDocument:
    """Return how two texts differ."""
    result = diff_contents(old.encode(), new.encode())
    assert isinstance(result, DiffDocument)
    return result

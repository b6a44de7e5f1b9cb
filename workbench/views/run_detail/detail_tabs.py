"""The tabs of Run Detail, each made when something asks for it."""

from functools import cached_property

from workbench.views.run_detail.changes_tab import ChangesTab
from workbench.views.run_detail.environment_tab import EnvironmentTab
from workbench.views.run_detail.log_tab import LogTab
from workbench.views.run_detail.metrics_tab import MetricsTab
from workbench.views.run_detail.outputs_tab import OutputsTab

TABS = (
    ("metrics", "Metrics"),
    ("log", "Log"),
    ("outputs", "Outputs"),
    ("changes", "Code changes"),
    ("environment", "Environment"),
)
DetailTab = MetricsTab | LogTab | OutputsTab | ChangesTab | EnvironmentTab


class DetailTabs:
    """Makes each tab once. Together they take long enough to be felt."""

    def make(self, name: str) -> None:
        """Make a tab now, so that it is there when the page is made."""
        getattr(self, name)

    @cached_property
    def metrics(self) -> MetricsTab:
        """What the run measured."""
        return MetricsTab()

    @cached_property
    def log(self) -> LogTab:
        """What the run printed."""
        return LogTab()

    @cached_property
    def outputs(self) -> OutputsTab:
        """Files that the run left behind."""
        return OutputsTab()

    @cached_property
    def changes(self) -> ChangesTab:
        """What was changed in the code before the run."""
        return ChangesTab()

    @cached_property
    def environment(self) -> EnvironmentTab:
        """Python, packages and the computer."""
        return EnvironmentTab()

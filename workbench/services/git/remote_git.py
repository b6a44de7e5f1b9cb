"""Git commands that talk to a server: hardened, never asking, ended when nothing comes any more."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from workbench.core.account import Credential
from workbench.core.errors import WorkbenchError
from workbench.core.git_address import AddressKind, GitAddress
from workbench.core.history_sync import RemoteError, RepoFacts
from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.services.cancelable import stopped_if
from workbench.services.git.credential_broker import CredentialBroker, CredentialSource
from workbench.services.git.hardened import ISOLATED, Completed, GitCommands, GitProcess
from workbench.services.git.network_settings import Network, Setting, network_for
from workbench.services.git.remote_problem import no_git_answer, refusal, remote_problem
from workbench.services.git.silence_watch import silence_watch

SILENCE = 60
_WHAT = "The transfer"
_MOVING = re.compile(
    r"(?P<what>Writing|Receiving) objects: +(?P<percent>\d+)% \(\d+/\d+\)(?:, (?P<size>[^|,]+))?"
)
_ANSWERED = re.compile(r"# service=git-upload-pack|version [12]\b|capabilities")
_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PushedBranch:
    """What became of one branch that was pushed.

    Attributes:
        diverged: The server has something that has to be fetched first.
        reason: Why the server did not take it; empty if it did, or if it diverged.
        words: What else the server said.
    """

    diverged: bool = False
    reason: str = ""
    words: str = ""


class RemoteGit:
    """One Git repo elsewhere, for one user.

    Args:
        address: The repo.
        source: Where user names and passwords come from.
        silence: Seconds without a sign of life after which a command is ended.
    """

    def __init__(
        self, address: GitAddress, source: CredentialSource, *, silence: int = SILENCE
    ) -> None:
        self.address = address
        self._source = source
        self._silence = silence
        self._given: Credential | None = None

    def facts(self, cancel: CancelToken | None = None) -> RepoFacts:
        """Return what the repo says about itself.

        Raises:
            RemoteError: If it cannot be used.
            CanceledError: If canceled.
            WorkbenchError: If git is not installed.
        """
        branches = self.branches(cancel=cancel)
        given = self._given
        return RepoFacts(
            branches.pop("HEAD", ""),
            tuple(sorted(branches)),
            account=given.user if given is not None and given.account else "",
            by_token=given is not None and not given.account,
        )

    def branches(self, *patterns: str, cancel: CancelToken | None = None) -> dict[str, str]:
        """Return the tips of branches by name, and under ``HEAD`` the name of the default branch.

        Args:
            patterns: Which branches; all without any.
            cancel: Stops it.

        Raises:
            RemoteError: If the repo cannot be used.
            CanceledError: If canceled.
        """
        arguments = ["ls-remote", "--symref", "--", self.address.url, "HEAD"]
        arguments += patterns or ("refs/heads/*",)
        done = self._run(None, arguments, cancel=cancel)
        if not done.stdout and self.address.kind in (AddressKind.HTTPS, AddressKind.HTTP):
            # A page of one line looks like an empty repo to git, so what came is looked at.
            traced = self._run(None, arguments, cancel=cancel, variables={"GIT_TRACE_PACKET": "1"})
            if not _ANSWERED.search(traced.stderr):
                raise no_git_answer(self.address)
        return _branches(os.fsdecode(done.stdout))

    def fetch(
        self,
        git_dir: Path,
        refspecs: Sequence[str],
        *,
        depth: int = 0,
        lock: int | None = None,
        report: Report = no_report,
        cancel: CancelToken | None = None,
    ) -> None:
        """Get branches into a repository.

        Args:
            git_dir: The repository.
            refspecs: Which branches or commits, and where they go.
            depth: With how many commits of each; 0 for all.
            lock: Descriptor of the repository's lock, kept by git until it ends; ``None`` if it
                has none.
            report: Hears how far it is.
            cancel: Stops it.

        Raises:
            RemoteError: If that could not be done.
            CanceledError: If canceled.
        """
        options = ["--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--progress"]
        options.append("--no-recurse-submodules")
        options += [f"--depth={depth}"] if depth else []
        arguments = ["fetch", *options, "--", self.address.url, *refspecs]
        self._run(git_dir, arguments, lock=lock, report=report, cancel=cancel)

    def push(
        self,
        git_dir: Path,
        branches: Mapping[str, str],
        *,
        expected: Mapping[str, str] = _NO_VARIABLES,
        report: Report = no_report,
        cancel: CancelToken | None = None,
    ) -> dict[str, PushedBranch]:
        """Push commits of a repository to branches, never by force.

        Args:
            git_dir: The repository.
            branches: Commit ids by full names of branches.
            expected: Where branches have to be on the server now; each commit builds on that.
            report: Hears how far it is.
            cancel: Stops it.

        Returns:
            What became of each branch.

        Raises:
            RemoteError: If the repo cannot be used.
            CanceledError: If canceled.
        """
        refspecs = [f"{commit}:{name}" for name, commit in branches.items()]
        leases = [f"--force-with-lease={name}:{commit}" for name, commit in expected.items()]
        options = ["--porcelain", "--progress", *leases]
        arguments = ["push", *options, "--", self.address.url, *refspecs]
        done = self._run(git_dir, arguments, report=report, cancel=cancel, check=False)
        results = _pushed(os.fsdecode(done.stdout), done.stderr)
        if results.keys() != branches.keys():
            raise remote_problem(self.address, f"{done.stderr}\n{os.fsdecode(done.stdout)}")
        return results

    def refused(self, branch: PushedBranch) -> RemoteError:
        """Return what it means that a branch was not taken."""
        return refusal(self.address, branch.reason, branch.words)

    def _run(  # noqa: PLR0913 - all but two have a default
        self,
        git_dir: Path | None,
        arguments: Sequence[str],
        *,
        variables: Mapping[str, str] = _NO_VARIABLES,
        lock: int | None = None,
        report: Report = no_report,
        cancel: CancelToken | None = None,
        check: bool = True,
    ) -> Completed:
        if cancel is not None:
            cancel.check(_WHAT)
        network = network_for(self.address, silence=self._silence)
        kept = () if lock is None else (lock,)

        def attempt() -> tuple[Completed, CredentialBroker]:
            with CredentialBroker(self._source, self.address.host, proxy=network.proxy) as broker:
                commands = _commands(git_dir, network, broker, variables)
                start = partial(commands.start, arguments, keep_open=kept, own_group=True)
                return self._finish(start, report, cancel), broker

        done, broker = attempt()
        if broker.may_retry:
            done, broker = attempt()
        self._given = broker.given
        if isinstance(broker.problem, WorkbenchError):
            raise broker.problem
        if broker.problem is not None:
            raise RuntimeError("The source of credentials failed") from broker.problem
        if done.code != 0 and (check or not done.stdout.strip()):
            raise remote_problem(self.address, done.stderr, as_user=broker.account_user)
        return done

    def _finish(
        self, start: Callable[..., GitProcess], report: Report, cancel: CancelToken | None
    ) -> Completed:
        with silence_watch(self._silence) as watch:
            teller = _Teller(report)

            def on_message(message: str) -> None:
                watch.feed()
                teller.tell(message)

            process = start(on_message=on_message)
            watch.begin(process)
            with stopped_if(cancel, process.stop_group, _WHAT):
                output = process.stdout.read()
                done = process.finish()
        if watch.expired:
            raise remote_problem(
                self.address, f"{done.stderr}\nNothing came for {self._silence} seconds."
            )
        return Completed(done.code, output, done.stderr)


class _Teller:
    """Turns git's progress into ours."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._reached = -1

    def tell(self, message: str) -> None:
        """Tell a message of git, if it says how far it is."""
        found = _MOVING.search(message)
        if found is None or int(found["percent"]) <= self._reached:
            return
        self._reached = int(found["percent"])
        pushing = found["what"] == "Writing"
        self._report(
            Progress(
                "push" if pushing else "fetch",
                self._reached / 100,
                "Pushing history" if pushing else "Getting history",
                (found["size"] or "").strip(),
            )
        )


def _commands(
    git_dir: Path | None,
    network: Network,
    broker: CredentialBroker,
    variables: Mapping[str, str],
) -> GitCommands:
    first = [f"--git-dir={git_dir}"] if git_dir is not None else []
    settings: list[Setting] = [*network.settings, *broker.settings]
    numbered = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings):
        numbered[f"GIT_CONFIG_KEY_{number}"] = name
        numbered[f"GIT_CONFIG_VALUE_{number}"] = value
    quiet = {"GIT_ASKPASS": "", "SSH_ASKPASS": "", "SSH_ASKPASS_REQUIRE": "never"}
    quiet |= {"GCM_INTERACTIVE": "never"}
    everything = {
        **ISOLATED,
        **quiet,
        **network.variables,
        **broker.variables,
        **numbered,
        **variables,
    }
    return GitCommands(git_dir or Path(os.sep), first, everything)


def _branches(listed: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in listed.splitlines():
        value, _, name = line.partition("\t")
        if value.startswith("ref: ") and name == "HEAD":
            found["HEAD"] = value.removeprefix("ref: refs/heads/")
        elif name.startswith("refs/heads/"):
            found[name.removeprefix("refs/heads/")] = value
    return found


def _pushed(porcelain: str, words: str) -> dict[str, PushedBranch]:
    """Return what became of each branch: ``flag TAB from:to TAB summary (reason)``."""
    results = {}
    for line in porcelain.splitlines():
        flag, _, rest = line.partition("\t")
        names, tab, summary = rest.partition("\t")
        # One that failed on the way says nothing about the branch.
        if len(flag) != 1 or not tab or summary.startswith("[remote failure]"):
            continue
        name = names.rpartition(":")[2]
        if flag != "!":
            results[name] = PushedBranch()
            continue
        reason = summary.partition(" (")[2].removesuffix(")") or summary
        behind = summary.startswith("[rejected]")
        results[name] = PushedBranch(behind, "" if behind else reason, words)
    return results

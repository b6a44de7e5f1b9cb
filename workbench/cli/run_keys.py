"""The names under which JSON tells of a run; any other name there is a metric."""

RUN_KEYS = frozenset(
    {
        "arguments",
        "attachments",
        "created_utc",
        "description",
        "duration",
        "end_time_utc",
        "exit_code",
        "hidden",
        "message",
        "output_count",
        "project_id",
        "properties",
        "run_id",
        "run_number",
        "script_name",
        "start_time_utc",
        "status",
        "target",
        "user_id",
    }
)

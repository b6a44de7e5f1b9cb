"""Icon and colour of each kind of message."""

NOTIFICATION_ICONS = {
    "info": ("info", "accent_text"),
    "ok": ("circle-check", "ok"),
    "warn": ("triangle-alert", "warn"),
    "bad": ("circle-x", "bad"),
    "undo": ("undo-2", "text_2"),
}

from gi.repository import Atspi as Atspi
from gi.repository import GLib as GLib

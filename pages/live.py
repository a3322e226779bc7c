"""How far is the room, and where does one join?"""

from sctrain.ui import room
from sctrain.ui.state import current

room.live(current().events[0])

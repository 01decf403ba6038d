"""Paint the golden pictures anew, after training: python -m tests.engine.paint_golden"""

import cv2

from pleinair.app.studio import open_studio
from tests.engine.test_backends import GOLDEN, demo_frame

if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    studio = open_studio("cpu")
    for old in GOLDEN.glob("*.png"):
        old.unlink()
    for name in studio.library().styles:
        picture = studio.stylizer.stylize(demo_frame(), studio.look(name))
        cv2.imwrite(str(GOLDEN / f"{name}.png"), picture)

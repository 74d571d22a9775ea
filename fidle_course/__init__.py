"""The course's machinery: the command `fidle`, the batch, the pages, the room. Notebooks import none of it."""

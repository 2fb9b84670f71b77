"""What stands on the slides of a file and in their notes."""

import io

import pptx


def slides_of(content):
    return pptx.Presentation(io.BytesIO(content)).slides


def notes_of(slide):
    return slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""


def shape_texts(shape):
    if shape.has_text_frame:
        return [shape.text_frame.text]
    if shape.has_table:
        return [cell.text for row in shape.table.rows for cell in row.cells]
    return []

"""Reading a workbook (.xlsx, .xlsm) as a table, from its own parts and nothing beside them.

A workbook is read as a stream, a row at a time, because a general library (openpyxl was tried)
cannot say in one pass whether a formula has a stored result, fills every gap between rows, and
gives up on workbooks whose styles other programs wrote carelessly.
"""

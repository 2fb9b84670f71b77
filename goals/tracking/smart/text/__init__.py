"""Reading a goal written in free text: English, Thai, Chinese, or a mixture of them (pure)."""

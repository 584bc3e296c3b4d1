"""Reading: each query is a frozen record that fetches frozen records (views). Visibility is part of the SQL; nothing here changes anything."""

"""The page of a profile: its markup, style and scripts are the files here, put into one file that fetches nothing."""

SELECT * FROM reporters

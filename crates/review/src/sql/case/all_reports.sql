SELECT * FROM reports

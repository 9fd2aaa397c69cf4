SELECT count(*) AS recent FROM reports WHERE reporter = ? AND at > ?

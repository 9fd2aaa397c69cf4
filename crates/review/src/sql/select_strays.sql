SELECT count(*) AS strays FROM payloads WHERE seq NOT IN (SELECT seq FROM events)

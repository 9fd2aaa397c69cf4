SELECT reports, upheld, rejected FROM reporters WHERE reporter = ?

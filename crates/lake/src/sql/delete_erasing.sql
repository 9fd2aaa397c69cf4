DELETE FROM marsad_erasing

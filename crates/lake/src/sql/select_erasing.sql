SELECT what, content FROM marsad_erasing

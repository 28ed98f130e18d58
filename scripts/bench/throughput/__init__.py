"""What the whole chain costs: beside OCRmyPDF and pure recognition, by workers, by number of documents, in memory."""

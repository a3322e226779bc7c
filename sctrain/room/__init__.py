"""The live room over plain HTTP: phones, table sheets, the organiser's desk, short links. No Streamlit inside."""

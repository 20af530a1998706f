"""The phone: a small server-rendered application beside the Streamlit app."""

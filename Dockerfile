# docker build -t understudy . && docker run --rm -p 8000:8000 understudy
FROM python:3.13-slim
COPY pyproject.toml README.md LICENSE /understudy/
COPY src /understudy/src
RUN pip install --no-cache-dir /understudy && rm -r /understudy
WORKDIR /scripts
USER nobody
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=2s CMD ["python", "-c", "import urllib.request as http; http.urlopen('http://127.0.0.1:8000/health')"]
ENTRYPOINT ["understudy"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]

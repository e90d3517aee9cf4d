"""Encodings of the clips in ffmpeg's words, and a set of clips in mixed sizes, rates and codecs."""

from __future__ import annotations

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")
AV1 = ("-c:v", "libsvtav1", "-preset", "12", "-svtav1-params", "rc=0", "-pix_fmt", "yuv420p")
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "3")
MJPEG = ("-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p")

CLIPS: tuple[tuple[str, int, str, tuple[int, int], tuple[str, ...]], ...] = (
    ("h264.mp4", 15, "30", (1280, 720), H264),
    ("small.mp4", 15, "25", (640, 360), H264),
    ("hevc.mp4", 24, "30", (1280, 720), HEVC),
    ("vp9.webm", 20, "30", (640, 360), VP9),
    ("mpeg2.mpg", 15, "25", (1024, 576), MPEG2),
    ("mjpeg.avi", 16, "30", (1280, 720), MJPEG),
    ("av1.mp4", 14, "24", (640, 360), AV1),
    ("full.mp4", 18, "30", (1920, 1080), H264),
    ("fast.mp4", 36, "60", (640, 360), H264),
    ("stretch.mp4", 12, "20", (400, 300), H264),
)

"""The ringer on the Pi, without a Pi: gpiozero has pins that only remember what was done to them."""

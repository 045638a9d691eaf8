// SPDX-License-Identifier: GPL-2.0
/*
 * Registers the virtio-mmio devices that QEMU's microvm names on the kernel command line
 * (virtio_mmio.device=<size>@<base>:<irq>, Documentation/admin-guide/kernel-parameters.txt).
 *
 * Debian's kernel is built without CONFIG_VIRTIO_MMIO_CMDLINE_DEVICES, and finds the devices by ACPI only. The ACPI of
 * microvm is of the hardware-reduced kind, with which the kernel uses no programmable timer; without KVM's clock it has
 * then nothing to calibrate by and does not boot. So the machine runs without ACPI, and this takes the place of the
 * missing option.
 */
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#define MAX_DEVICES 32

static struct platform_device *devices[MAX_DEVICES];
static int count;

static int add_device(const char *text, const struct kernel_param *param)
{
	unsigned long long size, base;
	unsigned int irq;
	char *rest;
	struct platform_device *device;

	size = memparse(text, &rest);
	if (size == 0 || sscanf(rest, "@%llx:%u", &base, &irq) != 2 || count == MAX_DEVICES)
		return -EINVAL;

	struct resource resources[] = {
		DEFINE_RES_MEM(base, size),
		DEFINE_RES_IRQ(irq),
	};

	device = platform_device_register_simple("virtio-mmio", count, resources, ARRAY_SIZE(resources));
	if (IS_ERR(device))
		return PTR_ERR(device);
	devices[count++] = device;
	return 0;
}

static const struct kernel_param_ops device_ops = { .set = add_device };
module_param_cb(device, &device_ops, NULL, 0);
MODULE_PARM_DESC(device, "<size>@<base>:<irq>, may be given several times");

static int __init mmio_devices_init(void)
{
	return 0;
}

static void __exit mmio_devices_exit(void)
{
	while (count > 0)
		platform_device_unregister(devices[--count]);
}

module_init(mmio_devices_init);
module_exit(mmio_devices_exit);

MODULE_DESCRIPTION("virtio-mmio devices from the kernel command line");
MODULE_LICENSE("GPL");

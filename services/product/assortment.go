package product

import (
	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
)

type article struct {
	id, name, description string
	cents                 int32
}

// assortment is what the shop sells, in the order of the ids. It is never changed.
var assortment = [...]article{
	{"101", "Blue mug", "Stoneware, 0.3 l", 1818},
	{"102", "Tea pot", "Glass, 1.2 l", 3490},
	{"103", "Desk lamp", "Warm white", 5900},
	{"104", "Notebook", "A5, dotted", 790},
	{"105", "Fountain pen", "Fine nib", 2450},
	{"106", "Wool blanket", "130 x 180 cm", 6900},
	{"107", "Kitchen knife", "Blade of 16 cm", 4200},
	{"108", "Cutting board", "Oak", 2990},
	{"109", "Wall clock", "Runs silently", 3750},
	{"110", "Umbrella", "Fits a bag", 1990},
	{"111", "Rucksack", "22 l", 7900},
	{"112", "Espresso machine", "Two boilers", 129000},
}

func (a article) product() *productv1.Product {
	return &productv1.Product{
		Id:          a.id,
		Name:        a.name,
		Description: a.description,
		Price:       &moneyv1.Money{Currency: "EUR", Cents: a.cents},
	}
}

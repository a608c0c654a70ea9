// Package services lists the kinds of service a world can be made of.
package services

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/msc-sim/msc-sim/services/analytics"
	analyticsv1 "github.com/msc-sim/msc-sim/services/analytics/v1"
	"github.com/msc-sim/msc-sim/services/echo"
	"github.com/msc-sim/msc-sim/services/email"
	emailv1 "github.com/msc-sim/msc-sim/services/email/v1"
	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/gateway"
	"github.com/msc-sim/msc-sim/services/generic"
	genericv1 "github.com/msc-sim/msc-sim/services/generic/v1"
	"github.com/msc-sim/msc-sim/services/identity"
	"github.com/msc-sim/msc-sim/services/inventory"
	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	"github.com/msc-sim/msc-sim/services/loyalty"
	loyaltyv1 "github.com/msc-sim/msc-sim/services/loyalty/v1"
	"github.com/msc-sim/msc-sim/services/monolith"
	"github.com/msc-sim/msc-sim/services/notification"
	notificationv1 "github.com/msc-sim/msc-sim/services/notification/v1"
	"github.com/msc-sim/msc-sim/services/order"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	"github.com/msc-sim/msc-sim/services/payment"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/services/product"
	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/services/profile"
	profilev1 "github.com/msc-sim/msc-sim/services/profile/v1"
	"github.com/msc-sim/msc-sim/services/recommendation"
	recommendationv1 "github.com/msc-sim/msc-sim/services/recommendation/v1"
	"github.com/msc-sim/msc-sim/services/shipping"
	shippingv1 "github.com/msc-sim/msc-sim/services/shipping/v1"
	"github.com/msc-sim/msc-sim/services/user"
	userv1 "github.com/msc-sim/msc-sim/services/user/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Kind is a kind of service. One that only sends, "client", needs no code and
// is not among them.
type Kind struct {
	Name      string       // as in a world file: "payment"
	About     string       // in a few words
	Contracts []string     // full names of the requests it handles, in the order of its .proto
	Settings  []form.Param // what a world file may say of it beyond what it may say of every service
	Front     bool         // it hands on the requests of all services that it is linked to
	// New makes the service of one instance. Env and the service live and die together.
	New func(env *sim.Env, spec sim.ServiceSpec) sim.Service
}

// Kinds lists them all, in the order in which an order meets them.
func Kinds() []Kind {
	return []Kind{
		{Name: "product", About: "knows what the shop sells", Contracts: contracts(productv1.File_services_product_product_proto), New: product.New},
		{Name: "order", About: "takes orders and sees them through", Contracts: contracts(orderv1.File_services_order_order_proto, fact(&eventsv1.StockReserved{}), fact(&eventsv1.StockMissing{}), fact(&eventsv1.PaymentDeclined{}), fact(&eventsv1.StockChanged{})), Settings: order.Settings(), New: order.New},
		{Name: "inventory", About: "keeps stock, and some of it back for orders", Contracts: contracts(inventoryv1.File_services_inventory_inventory_proto, fact(&eventsv1.PaymentCharged{}), fact(&eventsv1.OrderCreated{})), New: inventory.New},
		{Name: "payment", About: "charges cards, up to 1000 EUR at once", Contracts: contracts(paymentv1.File_services_payment_payment_proto, fact(&eventsv1.OrderCreated{}), fact(&eventsv1.StockMissing{})), New: payment.New},
		{Name: "shipping", About: "packs what was ordered", Contracts: contracts(shippingv1.File_services_shipping_shipping_proto), New: shipping.New},
		{Name: "notification", About: "tells people what happened", Contracts: contracts(notificationv1.File_services_notification_notification_proto), New: notification.New},
		{Name: "user", About: "knows who the customers are", Contracts: contracts(userv1.File_services_user_user_proto), New: user.New},
		{Name: "profile", About: "shows customers what is known about them", Contracts: contracts(profilev1.File_services_profile_profile_proto), New: profile.New},
		{Name: "email", About: "writes mails because of what happened", Contracts: contracts(emailv1.File_services_email_email_proto, fact(&eventsv1.OrderCreated{}), fact(&eventsv1.UserRegistered{})), New: email.New},
		{Name: "analytics", About: "counts what happened", Contracts: contracts(analyticsv1.File_services_analytics_analytics_proto, fact(&eventsv1.OrderCreated{}), fact(&eventsv1.UserRegistered{})), New: analytics.New},
		{Name: "recommendation", About: "knows what is bought together", Contracts: contracts(recommendationv1.File_services_recommendation_recommendation_proto, fact(&eventsv1.OrderCreated{})), New: recommendation.New},
		{Name: "loyalty", About: "gives points for what is ordered", Contracts: contracts(loyaltyv1.File_services_loyalty_loyalty_proto, fact(&eventsv1.OrderCreated{})), New: loyalty.New},
		{Name: "monolith", About: "the whole shop in one program, entered through order", Contracts: contracts(orderv1.File_services_order_order_proto, fact(&eventsv1.StockReserved{}), fact(&eventsv1.StockMissing{}), fact(&eventsv1.PaymentDeclined{}), fact(&eventsv1.StockChanged{})), New: monolith.Of("order", parts())},
		{Name: "gateway", About: "stands in front of the others", Contracts: []string{sim.TypeRaw}, Front: true, New: gateway.New},
		{Name: "identity", About: "knows the clients and gives them tokens", Contracts: []string{sim.TypeRaw}, Settings: identity.Settings(), New: identity.New},
		{Name: "echo", About: "responds with the request as it received it", Contracts: []string{sim.TypeRaw}, New: echo.New},
		{Name: "generic", About: "calls whom the world file says", Contracts: contracts(genericv1.File_services_generic_generic_proto), New: generic.New},
	}
}

// parts are the services of which the monolith is made.
func parts() map[string]monolith.Make {
	return map[string]monolith.Make{
		"order": order.New, "product": product.New, "inventory": inventory.New,
		"payment": payment.New, "shipping": shipping.New, "notification": notification.New,
	}
}

// fact is the name of a fact that services hear.
func fact(m proto.Message) string { return string(m.ProtoReflect().Descriptor().FullName()) }

// Find finds a kind by name.
func Find(kind string) (Kind, bool) {
	for _, k := range Kinds() {
		if k.Name == kind {
			return k, true
		}
	}
	return Kind{}, false
}

// contracts are the requests of all rpcs in a .proto file, and the facts that a
// service hears.
func contracts(file protoreflect.FileDescriptor, facts ...string) []string {
	names := facts
	for i := range file.Services().Len() {
		methods := file.Services().Get(i).Methods()
		for j := range methods.Len() {
			names = append(names, string(methods.Get(j).Input().FullName()))
		}
	}
	return names
}
